"""Delivery reports of text providers. Nobody is signed in here: a request is believed for its signature or its token.

An unknown text, a wrong signature and a wrong token are answered plainly and logged without the number. A report that
is no news is answered 204 like any other, so that a provider stops repeating it.
"""

from __future__ import annotations

import json
from uuid import UUID

import structlog
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.errors import Invalid, NotAllowed
from streaming.services import delivery
from streaming.sms import notify as notify_sms
from streaming.sms import twilio as twilio_sms

log = structlog.get_logger(__name__)

BODY_LIMIT = 64 * 1024  # bytes; a report has a few hundred


@csrf_exempt
@login_not_required
@require_POST
def twilio(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """A signed form about one message. The signature covers the public https address, whatever a proxy made of it."""
    _check_size(request)
    url = f"{settings.PUBLIC_URL}{request.get_full_path()}"
    if not twilio_sms.signature_holds(url, request.POST, request.headers.get("X-Twilio-Signature", "")):
        _refuse("twilio")
    report = twilio_sms.read_report(request.POST)
    delivery.take_report(provider=twilio_sms.TwilioProvider.name, report=report, message_id=message_id)
    return HttpResponse(status=204)


@csrf_exempt
@login_not_required
@require_POST
def notify(request: HttpRequest) -> HttpResponse:
    """A JSON object with our bearer token; the text is named by our reference, else by Notify's id."""
    _check_size(request)
    if not notify_sms.bearer_holds(request.headers.get("Authorization", "")):
        _refuse("notify")
    try:
        data = dict(json.loads(request.body))
        reference = UUID(str(data["reference"])) if data.get("reference") else None
    except (ValueError, TypeError, RecursionError) as error:
        raise Invalid("Not a delivery report.") from error
    report = notify_sms.read_report(data)
    delivery.take_report(provider=notify_sms.NotifyProvider.name, report=report, message_id=reference)
    return HttpResponse(status=204)


def _check_size(request: HttpRequest) -> None:
    if int(request.headers.get("Content-Length") or 0) > BODY_LIMIT:
        raise RequestDataTooBig()


def _refuse(provider: str) -> None:
    log.warning("sms.report_refused", provider=provider)
    raise NotAllowed("This report is not signed by the text provider.", code="bad_signature")

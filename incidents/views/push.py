"""Messages to a phone whose page is not open: on and off, for the browser that asks."""

from __future__ import annotations

from django.forms import Form
from django.http import HttpResponse
from django.views.decorators.http import require_POST

from core.errors import Invalid
from core.requests import ActorRequest
from incidents import services
from incidents.forms.push import PushForm, PushOffForm


@require_POST
def push_on(request: ActorRequest) -> HttpResponse:
    services.subscribe(actor=request.actor, **_checked(PushForm(request.POST)))
    return HttpResponse(status=204)


@require_POST
def push_off(request: ActorRequest) -> HttpResponse:
    services.unsubscribe(actor=request.actor, **_checked(PushOffForm(request.POST)))
    return HttpResponse(status=204)


def _checked(form: Form) -> dict[str, str]:
    if not form.is_valid():
        raise Invalid(fields={name: str(words[0]) for name, words in form.errors.items()})
    return form.cleaned_data

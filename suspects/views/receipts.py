"""What you knew (B3.4): a knowledge receipt."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core.requests import ActorRequest
from suspects.selectors.receipts import get_receipt


@require_GET
def receipt(request: ActorRequest, receipt_id: UUID) -> HttpResponse:
    """The frozen copy, and what changed on the record since."""
    page = get_receipt(request.actor, receipt_id)
    return render(request, "suspects/receipt.html", {"page": page, "section": "check"})

"""Messages to a phone whose page is not open: on and off, for the browser that asks; and the officer's pages as an app
on the home screen, without which an iPhone takes no messages."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.errors import Invalid
from core.requests import ActorRequest
from incidents import services
from incidents.forms.push import PushForm, PushOffForm

#: `--bg` of static/css/tokens.css, and the ground of the icons, which are static/img/favicon.svg drawn on it.
GROUND = "#0b0f14"
_ICONS = (192, 512)  # pixels


@login_not_required  # browsers ask for it without their cookies
@require_safe
def app_manifest(request: HttpRequest) -> HttpResponse:
    """What a phone puts on its home screen."""
    address = reverse("incidents:own_unit")
    return JsonResponse(
        {
            "id": address,
            "name": "Sightline",
            "short_name": "Sightline",
            "lang": "en-GB",
            "start_url": address,
            "scope": "/",
            "display": "standalone",
            "background_color": GROUND,
            "theme_color": GROUND,
            "icons": [
                {
                    "src": static(f"img/app-{size}.png"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for size in _ICONS
                for purpose in ("any", "maskable")
            ],
        },
        content_type="application/manifest+json",
    )


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

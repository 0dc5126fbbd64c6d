"""Administration of message texts and camera feeds. Sessions, links and messages are content: no pages here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from core.admin import OwnForceAdmin
from core.bearer import new_token
from core.errors import Invalid
from streaming.languages import LANGUAGES
from streaming.models import CarePolicy, Feed, GuestRule, MessageText, Phrase
from streaming.services import feeds
from streaming.services.feed_register import check_address, sealed_login
from streaming.services.texts import ENGLISH, check_wording
from streaming.signalling import clean_text
from streaming.states import FeedTransport


class MessageTextForm(forms.ModelForm):
    locale = forms.ChoiceField(choices=[("en", "English"), *settings.LANGUAGES[1:]], initial="en")

    class Meta:
        model = MessageText
        fields = ("force", "kind", "locale", "text")
        widgets = {"text": forms.Textarea(attrs={"rows": 4, "cols": 80})}
        help_texts = {"text": f"One line, at most 160 characters with the link. The default is: {ENGLISH}"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("text") and cleaned.get("force"):
            try:
                cleaned["text"] = check_wording(cleaned["text"], cleaned["force"], cleaned.get("kind", ""))
            except Invalid as invalid:
                self.add_error("text", invalid.fields["text"])
        return cleaned


@admin.register(MessageText)
class MessageTextAdmin(OwnForceAdmin):
    form = MessageTextForm
    list_display = ("kind", "locale", "text", "force", "updated_at")
    list_filter = ("kind", "locale")


@admin.register(GuestRule)
class GuestRuleAdmin(OwnForceAdmin):
    """How long the force shares incidents with partners."""

    fields = ("force", "usual_minutes", "most_minutes")
    list_display = ("force", "usual_minutes", "most_minutes")


class PhraseForm(forms.ModelForm):
    """One line a language; what is left empty is shown in English."""

    class Meta:
        model = Phrase
        fields = ("force", "code", "kind", "english", "answers", "place", "enabled")
        help_texts = {
            "code": (
                "The code of a shipped phrase puts this in its place; any other code is a new phrase. "
                "Questions whose code begins with silent_ are for covert pages: only what Yes or No answers."
            )
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.instance.translations if isinstance(self.instance.translations, dict) else {}
        for language in LANGUAGES[1:]:
            self.fields[f"in_{language.code}"] = forms.CharField(
                label=language.name, max_length=200, required=False, initial=said.get(language.code, ""),
                widget=forms.TextInput(attrs={"dir": language.direction, "lang": language.code, "size": 60}),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("english", *(f"in_{language.code}" for language in LANGUAGES[1:])):
            cleaned[name] = clean_text(cleaned.get(name, ""))
        if not cleaned["english"]:
            self.add_error("english", "Write the sentence.")
        said = {language.code: cleaned[f"in_{language.code}"] for language in LANGUAGES[1:]}
        self.instance.translations = {code: text for code, text in said.items() if text}
        return cleaned


@admin.register(Phrase)
class PhraseAdmin(OwnForceAdmin):
    """The force's bank of phrases; `streaming.phrase_bank` has what is shipped."""

    form = PhraseForm
    list_display = ("code", "kind", "english", "answers", "place", "enabled", "force")
    list_filter = ("kind", "enabled")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        names = ["force", "code", "kind", "english", "answers", "place", "enabled"]
        return [(None, {"fields": names}), ("Languages", {"fields": [f"in_{one.code}" for one in LANGUAGES[1:]]})]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        kwargs["fields"] = PhraseForm.Meta.fields  # the languages are fields of the form, not of the table
        return super().get_form(request, obj, change, **kwargs)


class FeedForm(forms.ModelForm):
    login_name = forms.CharField(
        required=False, help_text="Of the camera, if it asks for one. It is never shown again."
    )
    login_password = forms.CharField(
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Password, or the passphrase of SRT. Empty: as it is.",
    )
    new_token = forms.BooleanField(
        required=False, help_text="Make a new token; the old one stops working and who sends with it is hung up."
    )

    class Meta:
        model = Feed
        fields = ("force", "name", "kind", "transport", "address", "enabled")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        transport = cleaned.get("transport") or self.instance.transport
        try:
            cleaned["address"] = check_address(transport, cleaned.get("address", ""))
            login = sealed_login(transport, cleaned.get("login_name", ""), cleaned.get("login_password", ""))
            cleaned["sealed_login"] = login or self.instance.sealed_login
        except Invalid as invalid:
            for field, words in invalid.fields.items():
                self.add_error(field, words)
        if transport == FeedTransport.WHIP and (cleaned.get("login_name") or cleaned.get("login_password")):
            self.add_error("login_name", "What is sent to us brings a token instead.")
        return cleaned

    def _post_clean(self) -> None:
        """The token and the sealed login are made before the model checks that the feed has what it needs."""
        self.instance.sealed_login = self.cleaned_data.get("sealed_login", self.instance.sealed_login)
        self.shown_token = ""
        sent_to_us = (self.cleaned_data.get("transport") or self.instance.transport) == FeedTransport.WHIP
        if sent_to_us and (not self.instance.token_hash or self.cleaned_data.get("new_token")):
            self.shown_token, self.instance.token_hash = new_token()
        super()._post_clean()  # type: ignore[misc]  # Django's own hook


@admin.register(Feed)
class FeedAdmin(OwnForceAdmin):
    """Cameras. What they show is content: it is seen in the control room only."""

    form = FeedForm
    list_display = ("name", "kind", "transport", "state", "enabled", "force")
    list_filter = ("kind", "transport", "enabled")
    fields = (
        "force", "name", "kind", "transport", "address", "login_name", "login_password", "enabled", "new_token",
    )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("force", "transport") if obj else ()  # how it comes is what it is: register another

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # its recordings name it: switch it off

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        with transaction.atomic():
            if change and "enabled" in form.changed_data and not obj.enabled:
                feeds.switched_off(obj)
            if change and form.shown_token:
                feeds.token_replaced(obj)
            if change:  # not the state: the feed may be moving meanwhile
                obj.save(update_fields=["name", "kind", "address", "sealed_login", "token_hash", "enabled"])
                self._record(request, obj, form.changed_data)
            else:
                super().save_model(request, obj, form, change)
        if form.shown_token:
            address = request.build_absolute_uri(reverse("streaming:whip", args=[obj.pk]))
            words = f"Send to {address} with the bearer token {form.shown_token}. The token is shown this once."
            messages.warning(request, words)


@admin.register(CarePolicy)
class CarePolicyAdmin(OwnForceAdmin):
    """Exposure guard and covert pages, one row for a force. What people looked at, and for how long, is not here."""

    list_display = ("force", "guard_on", "count_all", "ask_minutes", "hand_over_minutes", "keep_days")

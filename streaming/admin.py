"""Administration of message texts. Sessions, links and messages are content: they have no administration pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin

from core.admin import OwnForceAdmin
from core.errors import Invalid
from streaming.models import MessageText
from streaming.services.texts import ENGLISH, check_wording


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
                cleaned["text"] = check_wording(cleaned["text"], cleaned["force"])
            except Invalid as invalid:
                self.add_error("text", invalid.fields["text"])
        return cleaned


@admin.register(MessageText)
class MessageTextAdmin(OwnForceAdmin):
    form = MessageTextForm
    list_display = ("kind", "locale", "text", "force", "updated_at")
    list_filter = ("kind", "locale")

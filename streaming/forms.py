"""The shape of what the video panel's forms send. Rules are in the services."""

from __future__ import annotations

from django import forms

from core.errors import Invalid
from streaming.languages import LANGUAGES
from streaming.states import SessionMode

MODES = ((SessionMode.VIDEO.value, "Location + video"), (SessionMode.LOCATION.value, "Location"))


class LinkForm(forms.Form):
    """Send the one-time link. `consent` is what the call handler heard on the call."""

    number = forms.CharField(
        label="Number",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off", "spellcheck": "false"}),
    )
    locale = forms.ChoiceField(
        label="Language",
        required=False,
        choices=[("", "The phone decides"), *((language.code, language.name) for language in LANGUAGES)],
    )
    mode = forms.ChoiceField(choices=MODES, widget=forms.RadioSelect, initial=SessionMode.VIDEO.value)
    consent = forms.BooleanField(required=False)

    def refuse(self, refusal: Invalid) -> None:
        """Put a service's words beside their fields."""
        for field, words in refusal.fields.items():
            self.add_error(field if field in self.fields else None, words)
        if not refusal.fields:
            self.add_error(None, refusal.message)


class ChatForm(forms.Form):
    """One message to the caller. The same `key` is sent again until it is stored."""

    key = forms.UUIDField(error_messages={"required": "Make a key for the message."})
    text = forms.CharField(
        strip=False, max_length=20_000, required=False, error_messages={"required": "Write something first."}
    )
    phrase = forms.SlugField(max_length=40, required=False)  # of the bank: brings its own words and answers


class SnapshotForm(forms.Form):
    """A picture of the live video. `moment` is when that frame was on the screen, epoch milliseconds."""

    key = forms.UUIDField()
    moment = forms.IntegerField(min_value=0, max_value=4_102_444_800_000)
    image = forms.FileField()


LAST_MOMENT = 4_102_444_800_000  # epoch milliseconds


class MarkForm(forms.Form):
    """A mark on the picture."""

    key = forms.UUIDField()
    moment = forms.IntegerField(min_value=0, max_value=LAST_MOMENT)
    note = forms.CharField(max_length=20_000, required=False, strip=False)


class PromptForm(forms.Form):
    """Something for the caller's screen: `x` and `y` are shares of the frame, `frame` its shape."""

    key = forms.UUIDField()
    kind = forms.CharField(max_length=12)
    phrase = forms.SlugField(max_length=40, required=False)
    text = forms.CharField(max_length=20_000, required=False, strip=False)
    x = forms.FloatField(required=False, min_value=0, max_value=1)
    y = forms.FloatField(required=False, min_value=0, max_value=1)
    frame = forms.FloatField(required=False, min_value=0.1, max_value=10)


class DescribeForm(forms.Form):
    """A description, or its next version. The fields of the described come beside it, checked by the service."""

    key = forms.UUIDField()
    kind = forms.CharField(max_length=7, required=False)
    role = forms.CharField(max_length=7)
    finished = forms.BooleanField(required=False)
    moment = forms.IntegerField(required=False, min_value=0, max_value=LAST_MOMENT)
    based_on = forms.IntegerField(required=False, min_value=1, max_value=30_000)
    image = forms.FileField(required=False)
    box_x = forms.FloatField(required=False, min_value=0, max_value=1)
    box_y = forms.FloatField(required=False, min_value=0, max_value=1)
    box_width = forms.FloatField(required=False, min_value=0, max_value=1)
    box_height = forms.FloatField(required=False, min_value=0, max_value=1)

"""Why an officer has to see the picture of somebody under 18."""

from __future__ import annotations

from django import forms

SHORTEST = 10


class ImageReasonForm(forms.Form):
    image = forms.UUIDField()
    reason = forms.CharField(
        label="Why you need to see it",
        min_length=SHORTEST,
        max_length=200,
        error_messages={
            "required": "Say why, in at least 10 characters. The picture stays hidden until then.",
            "min_length": "Say why, in at least 10 characters. The picture stays hidden until then.",
        },
    )

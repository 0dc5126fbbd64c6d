"""Which way to the camera a phone is told."""

from __future__ import annotations

import pytest

from streaming.browsers import in_app, platform, real_browser

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
SAFARI = f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1"
PIXEL = "Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko)"
CHROME = f"{PIXEL} Chrome/126.0.0.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    "agent",
    [
        f"{IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/460.0;FBDV/iPhone14,5]",
        f"{IPHONE} Mobile/15E148 Instagram 330.0.0",
        f"{IPHONE} Mobile/15E148",
        f"{PIXEL} Version/4.0 Chrome/126.0.0.0 Mobile Safari/537.36 [FB_IAB/FB4A;FBAV/460.0]",
        "Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 Version/4.0 Chrome/126.0 Mobile Safari/537.36",
        f"{IPHONE} Safari Line/14.8.0",
        "WhatsApp/2.24.12 A",
    ],
)
def test_a_page_inside_an_app_is_told_to_open_the_real_browser(agent):
    assert in_app(agent)


@pytest.mark.parametrize(
    "agent",
    [
        SAFARI,
        CHROME,
        f"{PIXEL} SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
        f"{IPHONE} FxiOS/127.0 Mobile/15E148 Safari/605.1.15",
        f"{IPHONE} CriOS/126.0 Mobile/15E148 Safari/604.1",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36",
        "",
    ],
)
def test_a_real_browser_goes_on(agent):
    assert not in_app(agent)


def test_the_steps_follow_the_phone():
    assert (platform(SAFARI), real_browser(SAFARI)) == ("ios", "Safari")
    assert (platform(CHROME), real_browser(CHROME)) == ("android", "Chrome")
    assert platform("Mozilla/5.0 (X11; Linux x86_64)") == "other"

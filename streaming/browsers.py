"""What a caller's User-Agent says about the way to the camera: which phone, and whether it is a page inside an app.

A guess that only chooses words: a wrong one costs a hint, never the link.
"""

from __future__ import annotations

import re
from typing import Literal

Platform = Literal["ios", "android", "other"]

_IN_APP = re.compile(
    r"FBAN|FBAV|FB_IAB|Instagram|\bLine/|WhatsApp|Snapchat|TikTok|musical_ly|Bytedance|Twitter|LinkedInApp|Pinterest"
    r"|MicroMessenger|KAKAOTALK|Viber|Telegram|; wv\)"
)
_IOS = re.compile(r"\b(iPhone|iPad|iPod)\b")


def platform(user_agent: str) -> Platform:
    if _IOS.search(user_agent):
        return "ios"
    return "android" if "Android" in user_agent else "other"


def in_app(user_agent: str) -> bool:
    """A browser inside another app: most of them have no camera. On iOS only real browsers say `Safari/`."""
    if _IN_APP.search(user_agent):
        return True
    return bool(_IOS.search(user_agent)) and "AppleWebKit" in user_agent and "Safari/" not in user_agent


def real_browser(user_agent: str) -> str:
    """The browser to open instead, by name. Names are not translated."""
    return "Safari" if platform(user_agent) == "ios" else "Chrome"

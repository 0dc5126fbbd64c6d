"""Reads of streaming."""

from streaming.selectors.chat import chat_list, unseen_by_police
from streaming.selectors.chat import for_caller as chat_for_caller
from streaming.selectors.locations import fix_data, last_fix, trail
from streaming.selectors.panel import SessionPanel, session_panel, session_panels
from streaming.selectors.receipts import receipt
from streaming.selectors.session_state import Source, end_reason, ended_for_browser, recorded_seconds, source
from streaming.selectors.viewers import may_still_watch, viewer_count, viewers, watchable

__all__ = [
    "SessionPanel",
    "Source",
    "chat_for_caller",
    "chat_list",
    "end_reason",
    "ended_for_browser",
    "fix_data",
    "last_fix",
    "may_still_watch",
    "receipt",
    "recorded_seconds",
    "session_panel",
    "session_panels",
    "source",
    "trail",
    "unseen_by_police",
    "viewer_count",
    "viewers",
    "watchable",
]

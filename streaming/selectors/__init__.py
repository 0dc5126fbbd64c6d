"""Reads of streaming."""

from streaming.selectors.chat import chat_list, unseen_by_police, words_for_page
from streaming.selectors.chat import for_caller as chat_for_caller
from streaming.selectors.exhibit_notes import exhibit_notes
from streaming.selectors.feeds import FeedRow, feeds, feeds_for_panel
from streaming.selectors.interruptions import open_interruptions
from streaming.selectors.locations import fix_data, incident_trail, last_fix, trail
from streaming.selectors.panel import SessionPanel, session_panel
from streaming.selectors.picture import Described, PictureNotes, description, descriptions_of, picture_notes, picture_of
from streaming.selectors.receipts import receipt
from streaming.selectors.session_state import Source, end_reason, ended_for_browser, recorded_seconds, source
from streaming.selectors.viewers import may_still_watch, viewer_count, viewers, watchable
from streaming.selectors.wall import wall_sessions

__all__ = [
    "Described",
    "FeedRow",
    "PictureNotes",
    "SessionPanel",
    "Source",
    "chat_for_caller",
    "chat_list",
    "description",
    "descriptions_of",
    "end_reason",
    "ended_for_browser",
    "exhibit_notes",
    "feeds",
    "feeds_for_panel",
    "fix_data",
    "incident_trail",
    "last_fix",
    "may_still_watch",
    "open_interruptions",
    "picture_notes",
    "picture_of",
    "receipt",
    "recorded_seconds",
    "session_panel",
    "source",
    "trail",
    "unseen_by_police",
    "viewer_count",
    "viewers",
    "wall_sessions",
    "watchable",
    "words_for_page",
]

"""The one live connection of a signed-in screen: `/ws/live/`.

Client: {"t":"subscribe","topic","after":seq|null} {"t":"unsubscribe","topic"} {"t":"catch_up","topic","after"}
        {"t":"ping","n"}
Server: {"t":"subscribed","topic","seq"} {"t":"refused","topic"} {"t":"event",…} {"t":"caught_up","topic","seq"}
        {"t":"reload","topic"} {"t":"ephemeral",…} {"t":"pong","n","server_time"} {"t":"error","code","message"}
        {"t":"away","parts":[{"part","since"}],"looked"}: parts of the system that do not answer, every few seconds
        while there are any and once without any; `looked`: until when nothing is missing whatever was lost on the way

`refused` answers a subscription, or ends one that is no longer allowed: booked off duty, a role taken away.
Close codes: 4401 not signed in (or no longer, or no role left), 4400 not this protocol, 4429 too fast.

A process holds thousands of screens. What they have in common is done once for all of them by its `Hub`: listening to
the channel layer, encoding an event, asking whether people may still follow, reading what was missed.
"""

from core.consumers.live import LiveConsumer

__all__ = ["LiveConsumer"]

"""`/guest/<token>/live/<session>/`: a partner's guest looking at one incident, for as long as their link is open."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from core.actors import client_ip
from streaming import selectors, signalling, sockets
from streaming.consumers.base import epoch_ms, in_thread
from streaming.consumers.watch import WatchConsumer
from streaming.gateway import get_gateway
from streaming.models import GuestSession, Viewing
from streaming.services import guest_codes, guest_viewing

#: What a guest reads instead of a controller's words.
WORDS = {
    "full": "The police system can mark no more pictures with a name at the moment, so yours is not shown. "
    "It appears by itself when there is a place.",
}


class GuestConsumer(WatchConsumer):
    """A viewer's page that hears of the picture and, where it was shared, the place; of nothing else."""

    messages = signalling.GUEST_MESSAGES
    recheck_seconds = 2.0
    guest: GuestSession

    async def identify(self) -> bool:
        found = await in_thread(guest_codes.guest_of)(self._token, self._secret)
        if found is None:
            await self.tell_and_close("not_found", signalling.CLOSE_NOT_FOUND)
            return False
        self.guest = found
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in self.scope.get("headers", [])}
        ip = client_ip((self.scope.get("client") or ("",))[0], headers.get("x-forwarded-for", ""))
        self.actor = guest_viewing.actor_of(found, ip=ip, device=headers.get("user-agent", ""))
        return True

    @property
    def _token(self) -> str:
        return str(self.scope["url_route"]["kwargs"]["token"])

    @property
    def _secret(self) -> str:
        return str(self.scope.get("cookies", {}).get(guest_codes.COOKIE, ""))

    def open_viewing(self) -> Viewing:
        return guest_viewing.start(actor=self.actor, guest=self.guest, session_id=self.session_id, peer_id=self.peer_id)

    def close_viewing(self, viewing_id: UUID) -> None:
        guest_viewing.stop(actor=self.actor, viewing_id=viewing_id)

    async def answer(self, message: signalling.Offer) -> None:
        """The ticket names the guest: the engine sends nothing that does not bear that name."""
        ticket = await in_thread(self.ticket)()
        made = await get_gateway().watch_offer(self.session_id, ticket, message.sdp, self.rate)
        await self.tell(t="answer", id=message.id, sdp=made.sdp, codec=made.video_codec, stills=made.stills)

    async def error(self, code: str, message: str = "", **more: Any) -> None:
        await super().error(code, message or WORDS.get(code, ""), **more)

    def ticket(self) -> str:
        return guest_viewing.ticket(guest=self.guest, session_id=self.session_id, peer_id=self.peer_id)

    def groups_joined(self) -> tuple[str, ...]:
        known = super().groups_joined()
        return (*known, sockets.guest_group(self.guest.link_id)) if hasattr(self, "guest") else known

    async def still_may(self) -> bool:
        if not await in_thread(guest_viewing.is_open)(self.guest.pk):
            why = await in_thread(guest_codes.why_ended)(self._token, self._secret)
            await self.told_ended({"by": "caller" if why == "left" else why or "expired"})
        return not self.closing

    async def _welcome(self) -> None:
        source = await in_thread(selectors.source)(self.session_id)
        await self.tell(
            t="welcome",
            state=source.state,
            codec=source.codec or None,
            has_audio=source.has_audio,
            alarm=None,
            ice_servers=await self.ice_servers(),
            peer=self.peer_id,
            server_time=epoch_ms(),
        )

    # --- what is the force's own business ------------------------------------------------------------------------

    async def told_fix(self, data: dict[str, Any]) -> None:
        if self.guest.link.show_place:
            await super().told_fix(data)

    async def told_device(self, data: dict[str, Any]) -> None:
        """The caller's battery and microphone."""

    async def told_two_way(self, data: dict[str, Any]) -> None:
        """An officer who is shown to the caller."""

    async def told_chat(self, data: dict[str, Any]) -> None:
        """That the caller and the police write to each other."""

    async def told_interrupted(self, data: dict[str, Any]) -> None:
        """What the caller's phone is doing."""

    async def told_alarm(self, data: dict[str, Any]) -> None:
        """Whether the recording is in danger."""

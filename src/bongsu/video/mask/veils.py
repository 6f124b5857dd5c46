"""Who is sent a camera's own pictures and who painted ones; a zone that changes moves every viewer at once.

Fails closed: a viewer without an unmasking stands in a masked camera's painted line or in none. The number of painted
streams is limited (`video.masked_max`); whoever comes after that gets a painted picture every few seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial

from bongsu.access.lease import Ticket
from bongsu.core.clock import Monotonic
from bongsu.core.errors import Unavailable
from bongsu.core.export import Ring
from bongsu.core.figures import Masking
from bongsu.video.channel import Channel
from bongsu.video.hub import Hub
from bongsu.video.mask.feed import Feed
from bongsu.video.mask.film import Film
from bongsu.video.mask.painter import Painter
from bongsu.video.mask.past import Past
from bongsu.video.mask.seat import Seat
from bongsu.video.mask.stills import Stills
from bongsu.video.mask.zones import CHANGED, Zones
from bongsu.video.viewer import Trouble, Viewer

LINGER_S = 3.0
"""A painted stream outlives its last viewer by this, so that turning a page does not begin it anew."""


class Veils:
    """The painted lines of every masked camera. All methods belong to the event loop's thread and never wait."""

    def __init__(
        self, hub: Hub, zones: Zones, *, at_most: int, chance: Callable[[], float], monotonic: Monotonic
    ) -> None:
        self._hub = hub
        self._zones = zones
        self._at_most = at_most
        self._chance = chance
        self._monotonic = monotonic
        self._easel = Painter()
        self._films: dict[str, Channel] = {}
        self._stills: dict[str, Channel] = {}
        self._replays: set[Past] = set()
        self._seats: dict[str, set[Seat]] = {}
        self._unwatch: dict[str, Callable[[], None]] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def sit(self, ticket: Ticket) -> Seat:
        """A place in the line this ticket may stand in; `leave` it afterwards. Raises Unavailable("video.full")."""
        seat = Seat(ticket)
        self._place(seat)
        known = self._seats.setdefault(seat.camera, set())
        known.add(seat)
        if seat.camera not in self._unwatch:
            self._unwatch[seat.camera] = self._zones.watch(seat.camera, partial(self._turned, seat.camera))
        return seat

    def leave(self, seat: Seat) -> None:
        """The viewer has gone."""
        seat.let_go()
        self._seats[seat.camera].discard(seat)
        if not self._seats[seat.camera]:
            del self._seats[seat.camera]
            self._unwatch.pop(seat.camera)()

    def look_back(self, ticket: Ticket, turned: Callable[[], None]) -> Past:
        """What paints this ticket's replay, where anything is to be; `turned` hears when that changes. `end` it."""
        past = Past(ticket, self._zones, self._easel, self._take, self._give_back)
        past.unwatch = self._zones.watch(ticket.camera, turned)
        return past

    def counts(self) -> Masking:
        """How it stands."""
        waiting = sum(seat.waits for seats in self._seats.values() for seat in seats)
        return Masking(films=len(self._films) + len(self._replays), on_stills=waiting)

    async def close(self) -> None:
        """End every painted stream and its process."""
        for one in [*self._films, *self._stills]:
            self._close(one)
        await self._easel.close()
        await asyncio.gather(*self._closing)

    def _place(self, seat: Seat) -> None:
        rings = () if seat.unmasked else self._zones.of(seat.camera)
        if not rings:
            channel, _ = self._hub.join(seat.camera, seat.profile, seat.viewer)
            seat.let_go, seat.waits = partial(self._hub.leave, channel, seat.viewer), False
            return
        film = self._film(seat.camera, rings) if seat.wants_film else None
        veil = film or self._still(seat.camera, rings)
        veil.join(seat.viewer)
        seat.let_go, seat.waits = partial(self._leave, seat.camera, veil, seat.viewer), seat.wants_film and not film

    def _turned(self, camera: str) -> None:
        """Other zones hold: nobody is sent another picture of before, and what they show now is to be blanked."""
        self._close(camera)
        for seat in [one for one in self._seats.get(camera, ()) if not one.unmasked]:
            self._move(seat)
        self._promote()

    def _move(self, seat: Seat) -> None:
        seat.let_go()
        seat.let_go = _nothing
        seat.viewer.restart((Trouble(CHANGED, 0.0),))
        try:
            self._place(seat)
        except Unavailable as full:
            seat.viewer.put(Trouble(full.code, 0.0))

    def _film(self, camera: str, rings: tuple[Ring, ...]) -> Channel | None:
        if camera not in self._films and self._has_room():
            self._films[camera] = self._channel(camera, Film(Feed(self._main(camera)), rings).pull)
        return self._films.get(camera)

    def _still(self, camera: str, rings: tuple[Ring, ...]) -> Channel:
        if camera not in self._stills:
            stills = Stills(Feed(self._main(camera)), rings, self._easel, self._monotonic)
            self._stills[camera] = self._channel(camera, stills.pull)
        return self._stills[camera]

    def _channel(self, camera: str, pull: Callable[..., object]) -> Channel:
        # A channel is all a painted stream needs: its own cache, its viewers, its pauses after a failure.
        return Channel((camera, "main"), "", pull, self._chance, _unsaid)  # type: ignore[arg-type]

    def _main(self, camera: str) -> Callable[[], tuple[Viewer, Callable[[], None]]]:
        """The main stream, whose picture the zones are drawn on; a smaller one may be cut differently."""

        def join() -> tuple[Viewer, Callable[[], None]]:
            channel, viewer = self._hub.join(camera, "main")
            return viewer, partial(self._hub.leave, channel, viewer)

        return join

    def _has_room(self) -> bool:
        if len(self._films) + len(self._replays) < self._at_most:
            return True
        idle = next((camera for camera, film in self._films.items() if film.is_idle), None)
        if idle is not None:
            self._shut(self._films.pop(idle))
        return idle is not None

    def _take(self, past: Past) -> bool:
        has_room = self._has_room()
        if has_room:
            self._replays.add(past)
        return has_room

    def _give_back(self, past: Past) -> None:
        self._await(past.painter.close())
        if past in self._replays:
            self._replays.discard(past)
            self._promote()

    def _promote(self) -> None:
        """There is room again: whoever waits on stills for a painted stream gets it."""
        for seat in [one for seats in self._seats.values() for one in seats if one.waits]:
            if self._film(seat.camera, self._zones.of(seat.camera)) is None:
                return
            seat.let_go()
            seat.viewer.restart(())
            self._place(seat)

    def _leave(self, camera: str, veil: Channel, viewer: Viewer) -> None:
        if veil.leave(viewer):
            asyncio.get_running_loop().call_later(LINGER_S, self._close_if_idle, camera, veil, veil.joins)

    def _close_if_idle(self, camera: str, veil: Channel, joins: int) -> None:
        for kept in (self._films, self._stills):
            if kept.get(camera) is veil and veil.is_idle and veil.joins == joins:
                self._shut(kept.pop(camera))
                self._promote()

    def _close(self, camera: str) -> None:
        for kept in (self._films, self._stills):
            if camera in kept:
                self._shut(kept.pop(camera))

    def _shut(self, veil: Channel) -> None:
        self._await(veil.close())

    def _await(self, end: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(end)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)


def _nothing() -> None:
    """Nothing is held."""


def _unsaid(_camera: str, _state: str, _code: str) -> None:
    """How a camera is, its own stream says."""

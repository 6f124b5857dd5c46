"""Recordings painted for one viewer who looks back: pieces go in as they were recorded, and come out masked."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bongsu.access.lease import Ticket
from bongsu.core.export import Ring
from bongsu.video.codec import Header
from bongsu.video.ingest import Frame
from bongsu.video.mask.film import WIDTH_AT_MOST
from bongsu.video.mask.painted import frame_of, header_of, unit_of
from bongsu.video.mask.painter import Painter
from bongsu.video.mask.stills import APART_S, still
from bongsu.video.mask.words import Ask, Begin
from bongsu.video.mask.zones import Zones

Piece = tuple[bool, Header, Sequence[Frame]]
"""Whether it begins a span, its header, its frames."""


class Past:
    """Paints one replay in a process of its own, or, beyond the limit, a picture every few seconds of it."""

    def __init__(
        self,
        ticket: Ticket,
        zones: Zones,
        easel: Painter,
        take: Callable[[Past], bool],
        give_back: Callable[[Past], None],
    ) -> None:
        self.unwatch: Callable[[], None]
        self._camera = ticket.camera
        self._unmasked = ticket.is_unmasked
        self._zones = zones
        self._easel = easel
        self._take = take
        self._give_back = give_back
        self.painter = Painter()
        self._has_room = False
        self._told: Header | None = None
        self._rings: tuple[Ring, ...] = ()
        self._next_us = 0

    def begin(self) -> None:
        """What comes now follows on nothing: another moment, other zones."""
        self._told, self._next_us = None, 0

    async def paint(self, piece: Piece) -> Piece | None:
        """The piece as this viewer may see it; None when nothing of it is shown. Raises Unavailable("mask.failed")."""
        rings = () if self._unmasked else self._zones.of(self._camera)
        if not rings:
            return piece
        starts, header, frames = piece
        self._has_room = self._has_room or self._take(self)
        if not self._has_room:
            return await self._still(piece, rings)
        is_new = starts or header != self._told or rings != self._rings
        begin = Begin(header.name, rings, WIDTH_AT_MOST) if is_new else None
        self._told = None  # what fails is begun anew
        told = await self.painter.ask(Ask(tuple(map(unit_of, frames)), begin))
        self._told, self._rings = header, rings
        return (starts, header_of(told), tuple(map(frame_of, told.units))) if told.units else None

    async def _still(self, piece: Piece, rings: tuple[Ring, ...]) -> Piece | None:
        starts, header, frames = piece
        key = next((one for one in frames if one.key), None)
        if key is None or key.arrival_us < self._next_us:
            return None
        painted = await still(self._easel, header.name, rings, key)
        if painted is None:
            return None
        self._next_us = key.arrival_us + int(APART_S * 1_000_000)
        return starts, painted[0], (painted[1],)

    def end(self) -> None:
        """The viewer has gone."""
        self.unwatch()
        self._give_back(self)

"""One viewer's look back: recorded frames at a speed of its choosing, inside the window its ticket names."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress

import msgspec
from websockets.asyncio.server import ServerConnection

from bongsu.access.lease import Ticket
from bongsu.core.clock import Monotonic
from bongsu.core.errors import Unavailable
from bongsu.video.codec import Header
from bongsu.video.cut import Cutter
from bongsu.video.ingest import Frame
from bongsu.video.mask.painted import mask_words
from bongsu.video.mask.past import Past, Piece
from bongsu.video.mask.zones import CHANGED
from bongsu.video.recorder import Reader

SPEEDS = frozenset({0.5, 1.0, 2.0, 4.0, 8.0})
GAP_US = 200_000
"""Less than this between two spans is told by nobody: two frames of a slow camera lie as far apart."""

LATE_S = 0.5
"""A viewer that takes frames slower than they are due sees them later, not fewer."""

AGAIN_S = 1.0
"""How long after a painting failed it is tried again."""


class Seek(msgspec.Struct, frozen=True, tag_field="what", tag="seek"):
    """Go on from this moment, Unix milliseconds."""

    at_ms: int


class Speed(msgspec.Struct, frozen=True, tag_field="what", tag="speed"):
    """Go on so many times as fast as it happened."""

    times: float


class Pause(msgspec.Struct, frozen=True, tag_field="what", tag="pause"):
    """Stand still."""


class Resume(msgspec.Struct, frozen=True, tag_field="what", tag="resume"):
    """Go on."""


_decoder: msgspec.json.Decoder[Seek | Speed | Pause | Resume] = msgspec.json.Decoder(Seek | Speed | Pause | Resume)


class Replay:
    """Plays one camera's recordings to one socket. No frame placed outside the ticket's window is ever sent."""

    def __init__(
        self, ws: ServerConnection, ticket: Ticket, reader: Reader, cutter: Cutter, monotonic: Monotonic
    ) -> None:
        self.frames = 0
        self.dropped = 0
        self.size_bytes = 0
        self.past: Past
        self._ws = ws
        self._ticket = ticket
        self._reader = reader
        self._cutter = cutter
        self._monotonic = monotonic
        self._from_us, self._to_us = ticket.from_ms * 1000, ticket.to_ms * 1000
        self._wanted_us = self._from_us
        self._speed = 1.0
        self._paused = False
        self._turn = 0
        self._stirred = asyncio.Event()
        self._anchor: tuple[float, int] | None = None
        self._shown_us = self._from_us
        self._has_changed = False

    async def play(self) -> None:
        """Play until cancelled; at the end of what there is, wait to be sent elsewhere. Raises ConnectionClosed."""
        while True:
            turn = self._turn
            await self._run(turn)
            if turn == self._turn:
                await self._say(what="end")
            while turn == self._turn:
                await self._rest(None)

    async def hear(self, message: str | bytes) -> None:
        """What the viewer orders; outside its window it is denied, and what plays goes on."""
        try:
            word = _decoder.decode(message)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            await self._say(what="denied", code="replay.words")
            return
        code = self._obey(word)
        if code:
            await self._say(what="denied", code=code)

    def turned(self) -> None:
        """Other zones are masked: go on from here with these, and send nothing more of before."""
        self._wanted_us = max(self._from_us, self._shown_us)
        self._turn += 1
        self._has_changed = True
        self._stirred.set()

    def _obey(self, word: Seek | Speed | Pause | Resume) -> str:
        match word:
            case Seek(at_ms=at_ms) if at_ms * 1000 < self._from_us:
                return "ticket.floor"
            case Seek(at_ms=at_ms) if at_ms * 1000 >= self._to_us:
                return "replay.window"
            case Seek(at_ms=at_ms):
                self._wanted_us = at_ms * 1000
                self._turn += 1
                self._anchor = None
            case Speed(times=times) if times not in SPEEDS:
                return "replay.words"
            case Speed(times=times):
                self._speed = times
                self._anchor = self._anchor if self._paused else None
            case Pause():
                self._paused = True
            case Resume():
                self._paused, self._anchor = False, None
        self._stirred.set()
        return ""

    async def _run(self, turn: int) -> None:
        """Play from the wanted moment to the end of the window, or until the viewer wants another."""
        self._anchor = None
        self.past.begin()
        if self._has_changed:
            self._has_changed = False
            await self._say(what="trouble", code=CHANGED, again_in_s=0.0)
        at_us = self._wanted_us
        pieces = self._reader.pieces(self._ticket.camera, at_us, self._to_us)
        told: Header | None = None
        chained = False
        while (raw := await asyncio.to_thread(_next, pieces)) is not None and turn == self._turn:
            at_us = await self._pass_gap(at_us, raw[2])
            piece = await self._painted(raw, turn)
            if piece is None:
                continue
            starts_span, header, frames = piece
            if header != told or starts_span:
                told, chained = header, False
                await self._announce(header)
            for frame in frames:
                chained = chained or (frame.key and frame.arrival_us >= self._from_us)
                if chained and not await self._show(frame, turn):
                    return

    async def _pass_gap(self, at_us: int, frames: Sequence[Frame]) -> int:
        """How far we are after these frames; a gap before them is told, and not waited for."""
        if frames[0].arrival_us - at_us > GAP_US:
            await self._say(what="gap", from_ms=at_us // 1000, to_ms=frames[0].arrival_us // 1000)
            self._anchor = None
        return max(at_us, frames[-1].arrival_us)

    async def _painted(self, piece: Piece, turn: int) -> Piece | None:
        """The piece as this viewer may see it; a painting that fails is told and tried again after a while."""
        while turn == self._turn:
            try:
                return await self.past.paint(piece)
            except Unavailable as problem:
                await self._say(what="trouble", code=problem.code, again_in_s=AGAIN_S)
                await asyncio.sleep(AGAIN_S)
        return None

    async def _show(self, frame: Frame, turn: int) -> bool:
        """Send a frame when its time has come; False when the viewer wants another moment by then."""
        if not self._from_us <= frame.arrival_us < self._to_us:
            return True
        while turn == self._turn:
            wait_s = self._wait_s(frame)
            if wait_s is not None and wait_s <= 0:
                await self._cutter.may_send(self._ticket.holds)
                if turn != self._turn:
                    return False
                await self._ws.send(frame.wire)
                self.frames += 1
                self.size_bytes += len(frame.wire)
                self._shown_us = frame.arrival_us
                return True
            await self._rest(wait_s)
        return False

    def _wait_s(self, frame: Frame) -> float | None:
        """How long until this frame is due; None while it stands still."""
        if frame.arrival_us <= self._wanted_us:
            return 0.0  # what comes before the wanted picture only makes it decodable
        if self._paused and self._anchor is not None:
            return None
        now = self._monotonic()
        if self._anchor is None:
            self._anchor = (now, frame.arrival_us)
        since, place_us = self._anchor
        wait_s = since + (frame.arrival_us - place_us) / 1e6 / self._speed - now
        if wait_s < -LATE_S:
            self._anchor = (now, frame.arrival_us)
        return wait_s

    async def _rest(self, for_s: float | None) -> None:
        """Wait so long, or until the viewer orders something."""
        self._stirred.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self._stirred.wait()

    async def _announce(self, header: Header) -> None:
        await self._say(
            what="playing", camera=self._ticket.camera, codec=header.codec, width=header.width, height=header.height,
            form=self._ticket.form, from_ms=self._ticket.from_ms, to_ms=self._ticket.to_ms, **mask_words(header),
        )  # fmt: skip

    async def _say(self, **words: object) -> None:
        await self._cutter.may_send(self._ticket.holds)
        await self._ws.send(msgspec.json.encode(words).decode())


def _next(pieces: Iterator[Piece]) -> Piece | None:
    return next(pieces, None)

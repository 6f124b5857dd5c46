"""What the core tells the video process of cameras and recordings, and writes down of what it hears from there."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog

from bongsu import estate
from bongsu.city import City
from bongsu.city.recording import orders
from bongsu.core.clock import wall_clock
from bongsu.core.errors import BongsuError
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.recording import Erased, Orders, Why, span_of
from bongsu.core.stream import Addresses
from bongsu.desk.board import Board
from bongsu.desk.holding import spared
from bongsu.gateways.video.link import VideoLink
from bongsu.gateways.video.wire import CameraState, Watched
from bongsu.settings import Settings
from bongsu.store import Store

BY = "system"
ACTS = {Why.RETENTION: Act.DELETE, Why.SHED: Act.SHED}

log = structlog.get_logger()


class Footage:
    """The line to the video process, and the core's side of what goes over it; `down` is which cameras give nothing."""

    def __init__(
        self,
        settings: Settings,
        city: Callable[[], City],
        board: Board,
        store: Store,
        holds: Callable[[], Mapping[str, int | None]],
    ) -> None:
        self.down: dict[str, str] = {}
        self._settings = settings.video
        self._city = city
        self._board = board
        self._store = store
        self._noting: dict[str, asyncio.Task[None]] = {}
        self.link = VideoLink(
            settings.folder / "run" / "video.sock",
            holds,
            self.addresses,
            self.watched,
            self.camera_changed,
            self.orders,
            self.erased,
        )

    def addresses(self) -> Addresses:
        """Where cameras are reached: the templates, and those with an address of their own."""
        cameras, video = self._city().cameras.values(), self._settings
        return Addresses(
            template=video.stream_url,
            sub_template=video.substream_url,
            streams={camera.id: camera.stream for camera in cameras if camera.stream},
            substreams={camera.id: camera.substream for camera in cameras if camera.substream},
        )

    def orders(self) -> Orders:
        """Which cameras are recorded, on which terms, and what must be spared."""
        terms = estate.terms_of(self._board.records)
        return orders(
            self._city().cameras, terms, self._settings.record, self._settings.record_max, spared(self._board)
        )

    def watched(self, watched: Watched) -> None:
        """Write down how long a stream was watched and why it ended."""
        row = LedgerRow(
            at=wall_clock(),
            act=Act.WATCHED,
            who=watched.user,
            agency=watched.agency,
            camera=watched.camera,
            incident=watched.incident,
            grant=watched.grant,
            reason=f"{watched.seconds:.1f} s, {watched.frames} frames, {watched.code}",
            session=watched.session,
            ticket=watched.ticket,
        )
        self._store.note_soon(row)

    def camera_changed(self, state: CameraState) -> None:
        """Remember which cameras give nothing."""
        if state.state == "ok":
            self.down.pop(state.camera, None)
        else:
            self.down[state.camera] = state.code

    def erased(self, erased: Erased) -> None:
        """Put a deletion on the ledger, and only then tell the recorder that it is there."""
        if erased.id not in self._noting:
            self._noting[erased.id] = asyncio.create_task(self._note(erased))

    async def _note(self, erased: Erased) -> None:
        try:
            await self._store.note(row_of(erased))
            self.link.noted(erased.id)
        except BongsuError as problem:
            log.warning("recording.unnoted", code=problem.code)  # video says it again
        finally:
            del self._noting[erased.id]


def row_of(erased: Erased) -> LedgerRow:
    """The ledger's row of a deletion: what, from when to when, and why."""
    return LedgerRow(
        at=datetime.fromtimestamp(erased.at_ms / 1000, UTC),
        act=ACTS[erased.why],
        who=BY,
        camera=erased.camera,
        reason=f"recording {erased.why.value} {erased.id}",
        span=span_of(erased.from_ms, erased.to_ms),
    )

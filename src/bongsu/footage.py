"""What the core tells the video processes of cameras and recordings, and writes down of what it hears from there."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import structlog

from bongsu import estate
from bongsu.access.lease import public_key
from bongsu.city import City
from bongsu.city.recording import orders
from bongsu.core.clock import wall_clock
from bongsu.core.errors import BongsuError
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.processes import Process
from bongsu.core.recording import Erased, Orders, Why, span_of
from bongsu.core.stream import Addresses
from bongsu.desk.board import Board
from bongsu.desk.holding import spared
from bongsu.desk.masks import masks_of
from bongsu.gateways.video.connect import by_socket, by_tls
from bongsu.gateways.video.link import VideoLink
from bongsu.gateways.video.links import VideoLinks
from bongsu.gateways.video.wire import CameraState, Watched
from bongsu.settings import Settings
from bongsu.store import Store

BY = "system"
NOTED = 10_000
"""Deletions remembered as being on the ledger: another process may tell again of what a dead one told."""

ACTS = {Why.RETENTION: Act.DELETE, Why.SHED: Act.SHED}

log = structlog.get_logger()


class Footage:
    """The lines to the video processes, and the core's side of what goes over them."""

    def __init__(
        self,
        settings: Settings,
        city: Callable[[], City],
        board: Board,
        store: Store,
        holds: Callable[[], Mapping[str, int | None]],
    ) -> None:
        self._down: dict[str, dict[str, str]] = {}
        self._settings = settings.video
        self._folder = settings.folder
        self._city = city
        self._board = board
        self._store = store
        self._holds = holds
        self._noting: dict[str, asyncio.Task[None]] = {}
        self._noted: OrderedDict[str, None] = OrderedDict()
        self.link = VideoLinks({process: self._link(process) for process in settings.video.every()}, self.orders)
        self.link.mask_for(lambda: masks_of(board.records))

    def _link(self, process: Process) -> VideoLink:
        socket = self._folder / "run" / f"{process.name}.sock"
        return VideoLink(
            by_socket(socket) if process.is_local else by_tls(process, self._settings.tls),
            self._holds,
            self.addresses,
            self.watched,
            partial(self.camera_changed, process.name),
            lambda: self.link.orders_of(process.name),
            self.erased,
            name=process.name,
            lease=str if process.is_local else self._lease,
        )

    def _lease(self) -> str:
        """The public key tickets are checked with: another machine has not our folder."""
        return public_key(self._folder).public_bytes_raw().hex()

    @property
    def down(self) -> Mapping[str, str]:
        """Which cameras give nothing, and why; what a process said of them is forgotten when it is gone."""
        there = {seat.name for seat in self.link.seats if seat.alive}
        return {camera: code for name, told in self._down.items() if name in there for camera, code in told.items()}

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

    def camera_changed(self, name: str, state: CameraState) -> None:
        """Remember which cameras give a process nothing."""
        told = self._down.setdefault(name, {})
        if state.state == "ok":
            told.pop(state.camera, None)
        else:
            told[state.camera] = state.code

    def erased(self, erased: Erased) -> None:
        """Put a deletion on the ledger, and only then tell the recorder that it is there."""
        if erased.id in self._noted:
            self.link.noted(erased.id)
        elif erased.id not in self._noting:
            self._noting[erased.id] = asyncio.create_task(self._note(erased))

    async def _note(self, erased: Erased) -> None:
        try:
            await self._store.note(row_of(erased))
            self._remember(erased.id)
            self.link.noted(erased.id)
        except BongsuError as problem:
            log.warning("recording.unnoted", code=problem.code)  # video says it again
        finally:
            del self._noting[erased.id]

    def _remember(self, number: str) -> None:
        self._noted[number] = None
        if len(self._noted) > NOTED:
            self._noted.popitem(last=False)


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

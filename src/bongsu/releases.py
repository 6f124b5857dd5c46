"""The core's side of evidence exports: what video is to build, how far it has come, and where the files are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from pathlib import Path

import structlog

from bongsu.core.asset import Camera
from bongsu.core.command import Command, SettleExport
from bongsu.core.entry import Entry
from bongsu.core.errors import BongsuError
from bongsu.core.export import TO_BUILD, Export, ExportState, Job
from bongsu.desk.board import Board
from bongsu.gateways.video.links import VideoLinks
from bongsu.gateways.video.wire import ExportSaid

SUFFIX = ".bongsu-evidence.zip"

log = structlog.get_logger()


class Releases:
    """Between the board and the video process; `progress` is the share that is done of what is being built."""

    def __init__(
        self,
        folder: Path,
        city: str,
        board: Board,
        cameras: Callable[[], Mapping[str, Camera]],
        order: Callable[[Command], Awaitable[Entry]],
        link: VideoLinks,
    ) -> None:
        self.progress: dict[str, float] = {}
        self._folder = folder / "evidence"
        self._city = city
        self._board = board
        self._cameras = cameras
        self._order = order
        self._link = link
        self._settling: set[asyncio.Task[None]] = set()
        self._looking: set[str] = set()
        self._here: set[str] = set()
        link.export_for(self.jobs, self.said)

    def jobs(self) -> tuple[Job, ...]:
        """What is to be built, oldest first."""
        wanted = (one for one in self._board.exports.values() if one.state in TO_BUILD)
        return tuple(self._job(one) for one in wanted if self._is_here(one))

    def tell(self, entry: Entry) -> None:
        """An entry holds: video hears of what it must build and what it must spare."""
        if entry.exports:
            self._link.exports_changed()
        if entry.exports or entry.legal_holds:
            self._link.orders_changed()

    def said(self, said: ExportSaid) -> None:
        """What video tells of an export: its progress is remembered, every other step journaled."""
        if said.state is ExportState.BUILDING and said.share:
            self.progress[said.export] = said.share
            return
        self.progress.pop(said.export, None)
        self._do(self._settle(said))

    def path(self, export: Export) -> Path:
        """Where an export's package is, once it is READY."""
        return self._folder / f"{export.id}{SUFFIX}"

    def _do(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    def _is_here(self, export: Export) -> bool:
        """Whether all of it is on our own disk; where that must be asked, False until the answer is here."""
        if export.derived_from or not self._link.has_far or export.id in self._here:
            return True
        if export.id not in self._looking:
            self._looking.add(export.id)
            self._do(self._look(export))
        return False

    async def _look(self, export: Export) -> None:
        """Ask where the recordings are: a package that calls "not recorded" what another machine holds would lie."""
        begin, end = (int(at.timestamp() * 1000) for at in (export.since, export.until))
        try:
            elsewhere = [await self._link.elsewhere(camera, begin, end) for camera in export.cameras]
        except BongsuError as problem:
            log.debug("export.unknown", code=problem.code)  # asked again when a video process comes
            return
        finally:
            self._looking.discard(export.id)
        if any(elsewhere):
            await self._settle(ExportSaid(export=export.id, state=ExportState.BUILDING))
            await self._settle(ExportSaid(export=export.id, state=ExportState.FAILED, fault="evidence.elsewhere"))
        else:
            self._here.add(export.id)
            self._link.exports_changed()

    async def _settle(self, said: ExportSaid) -> None:
        try:
            await self._order(
                SettleExport(
                    export=said.export,
                    state=said.state,
                    sha256=said.sha256,
                    size_bytes=said.size_bytes,
                    fault=said.fault,
                )
            )
        except BongsuError as problem:
            # Video begins what was begun before a restart again, and tells twice what it is asked for twice.
            log.debug("export.settled", code=problem.code)

    def _job(self, export: Export) -> Job:
        known = self._cameras()
        names = {camera: known[camera].name for camera in export.cameras if camera in known}
        return Job(export=export, names=names, city=self._city)

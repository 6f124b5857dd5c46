"""The core's side of evidence exports: what video is to build, how far it has come, and where the files are."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
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
        link.export_for(self.jobs, self.said)

    def jobs(self) -> tuple[Job, ...]:
        """What is to be built, oldest first."""
        return tuple(self._job(one) for one in self._board.exports.values() if one.state in TO_BUILD)

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
        task = asyncio.create_task(self._settle(said))
        self._settling.add(task)
        task.add_done_callback(self._settling.discard)

    def path(self, export: Export) -> Path:
        """Where an export's package is, once it is READY."""
        return self._folder / f"{export.id}{SUFFIX}"

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

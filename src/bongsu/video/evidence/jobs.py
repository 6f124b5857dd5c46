"""The queue of exports in a video process: one at a time, told of as it goes, begun again after a restart."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from pathlib import Path

import structlog

from bongsu.core.clock import Now
from bongsu.core.errors import BongsuError, Invalid
from bongsu.core.export import ExportState, Job
from bongsu.video.evidence.bench import bench, clear, publish
from bongsu.video.evidence.build import build
from bongsu.video.evidence.key import evidence_key
from bongsu.video.evidence.manifest import SUFFIX
from bongsu.video.evidence.pack import digest_of
from bongsu.video.evidence.remux import Recordings
from bongsu.video.evidence.verify import verify

STEP = 0.01
"""Progress is told in steps of this share, so that a long job does not fill the line."""

_log = structlog.get_logger()


class Stopped(Exception):
    """The process ends, or nobody wants this export any more."""


class Jobs:
    """Builds what the core asks for into <folder>/evidence; all methods belong to the event loop's thread.

    `tell` is a line to the core, kept while it is away: what ("export"), then export, state and share, sha256 or fault.
    """

    def __init__(self, folder: Path, recordings: Recordings, tell: Callable[..., None], now: Now) -> None:
        self._data = folder
        self._folder = folder / "evidence"
        self._recordings = recordings
        self._tell = tell
        self._now = now
        self._queue: dict[str, Job] = {}
        self._said: dict[str, dict[str, object]] = {}
        self._current = ""
        self._stop = threading.Event()
        self._wake = asyncio.Event()

    def obey(self, jobs: Iterable[Job]) -> None:
        """The whole queue as the core has it; what is at work goes on, what is gone from it stops."""
        self._queue = {job.export.id: job for job in jobs}
        for export in list(self._queue):
            if export in self._said:
                self._tell("export", **self._said[export])
                del self._queue[export]
        if self._current and self._current not in self._queue:
            self._stop.set()
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled. What a process before left unfinished is removed first."""
        await asyncio.to_thread(self._tidy)
        try:
            while True:
                self._wake.clear()
                if self._queue:
                    await self._work(next(iter(self._queue.values())))
                else:
                    await self._wake.wait()
        finally:
            self._stop.set()

    async def _work(self, job: Job) -> None:
        self._current, self._stop = job.export.id, threading.Event()
        self._tell("export", export=job.export.id, state=ExportState.BUILDING)
        told, stop, loop = [0.0], self._stop, asyncio.get_running_loop()

        def seen(share: float) -> None:
            if stop.is_set():
                raise Stopped
            if share - told[0] >= STEP:
                told[0] = share
                loop.call_soon_threadsafe(self._progress, job.export.id, share)

        try:
            digest, size = await asyncio.to_thread(self._make, job, seen)
            self._settle(job, state=ExportState.READY, sha256=digest, size_bytes=size)
        except Stopped:
            self._queue.pop(job.export.id, None)
        except BongsuError as problem:
            self._settle(job, state=ExportState.FAILED, fault=problem.code)
        except OSError as problem:
            _log.warning("evidence.disk", problem=type(problem).__name__)
            self._settle(job, state=ExportState.FAILED, fault="evidence.disk")
        finally:
            self._current = ""

    def _make(self, job: Job, seen: Callable[[float], None]) -> tuple[str, int]:
        """Slow: the package's SHA-256 and size. One that a process before finished is only looked at."""
        path = self._folder / f"{job.export.id}{SUFFIX}"
        clear(self._folder)
        if (found := _finished(path)) is not None:
            return found
        with bench(self._folder) as place:
            built = self._build(job, place / path.name, seen)
            return built if publish(place / path.name, path) else _finished(path) or built

    def _build(self, job: Job, path: Path, seen: Callable[[float], None]) -> tuple[str, int]:
        key = evidence_key(self._data)
        if job.export.derived_from:
            original = self._folder / f"{job.export.derived_from}{SUFFIX}"
            # Read only when asked for: SciPy would make every start of this process seconds longer.
            from bongsu.video.evidence.masked import build_masked

            return build_masked(job, original, path, key=key, now=self._now, tell=seen)
        return build(job, self._recordings, path, key=key, now=self._now, tell=seen)

    def _progress(self, export: str, share: float) -> None:
        if export == self._current:
            self._tell("export", export=export, state=ExportState.BUILDING, share=round(share, 3))

    def _settle(self, job: Job, **facts: object) -> None:
        word = {"export": job.export.id, **facts}
        self._said[job.export.id] = word
        self._queue.pop(job.export.id, None)
        self._tell("export", **word)

    def _tidy(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        clear(self._folder)


def _finished(path: Path) -> tuple[str, int] | None:
    """The digest and size of a package that is there and whole; one that is not is removed."""
    if not path.exists():
        return None
    try:
        verify(path)
    except Invalid:
        path.unlink()
        return None
    return digest_of(path), path.stat().st_size

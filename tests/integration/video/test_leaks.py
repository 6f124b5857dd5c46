"""A thousand looks opened and closed leave nothing behind: no socket, thread, task, viewer or open camera."""

from __future__ import annotations

import asyncio
import gc
import resource
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from bongsu.core.figures import Figures
from bongsu.video import server
from bongsu.video.hub import Hub
from fakes.rtsp_camera import RtspCamera
from fakes.video import House, a_house

LOOKS = 1_000
AT_ONCE = 25
CAMERAS = 4
GROWTH_BYTES = 24 * 1024 * 1024
"""What the allocator may keep of a thousand connections."""

SETTLED_S = 30.0
PAGE_BYTES = resource.getpagesize()


class Standing:
    """How much of everything this process has now; the loop's own pool of threads is bounded, and not counted."""

    def __init__(self, hubs: list[Hub]) -> None:
        gc.collect()
        self.sockets = sum(str(fd.readlink()).startswith("socket:") for fd in _fds())
        self.threads = sum(not one.name.startswith("asyncio_") for one in threading.enumerate())
        self.tasks = len(asyncio.all_tasks())
        self.open_cameras = sum((hub.open_cameras for hub in hubs), ())
        self.resident_bytes = int(Path("/proc/self/statm").read_text().split()[1]) * PAGE_BYTES

    def left_over(self, before: Standing) -> dict[str, object]:
        """What there is more of than before, by its kind; less is no leak: then something was still ending."""
        more = {
            "sockets": max(0, self.sockets - before.sockets),
            "threads": max(0, self.threads - before.threads),
            "tasks": max(0, self.tasks - before.tasks),
            "cameras": self.open_cameras,
        }
        return {kind: count for kind, count in more.items() if count}


def _fds() -> list[Path]:
    return [fd for fd in Path("/proc/self/fd").iterdir() if fd.is_symlink()]


@pytest.fixture
def hubs(monkeypatch: pytest.MonkeyPatch) -> list[Hub]:
    """Every hub that is built, to be asked what it keeps open."""
    built: list[Hub] = []

    class Known(Hub):
        def __init__(self, *words: Any, **more: Any) -> None:
            super().__init__(*words, **more)
            built.append(self)

    monkeypatch.setattr(server, "Hub", Known)
    monkeypatch.setattr(server, "HEALTH_S", 0.2)
    return built


async def _look(house: House, number: int) -> None:
    """One look at one camera, given up after a few frames, or before the first; a core held up for long is no leak."""
    form, done = ("live", "mp4")[number % 2], False
    while not done:
        with suppress(ConnectionClosed):
            async with house.watching(camera=f"c{number % CAMERAS}", form=form) as officer:
                for _ in range(number % 4):
                    await officer.see()
                done = True


async def _look_many(house: House, count: int) -> None:
    numbers = iter(range(count))

    async def viewer() -> None:
        for number in numbers:
            await _look(house, number)

    await asyncio.gather(*(viewer() for _ in range(AT_ONCE)))


async def _until(is_so: Callable[[], bool], what: str) -> None:
    try:
        async with asyncio.timeout(SETTLED_S):
            while not is_so():
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"not within {SETTLED_S} s: {what}")


@pytest.mark.timeout(300)
async def test_a_thousand_looks_leave_nothing_behind(tmp_path: Path, units: list[bytes], hubs: list[Hub]) -> None:
    cameras = [await RtspCamera(units).start() for _ in range(CAMERAS)]
    streams = {f"c{n}": camera.url for n, camera in enumerate(cameras)}
    async with asyncio.timeout(240), a_house(tmp_path, streams, linger_s=0.5) as house:
        told: list[Figures] = []

        def is_quiet() -> bool:
            return not hubs[0].open_cameras and not any(camera.players for camera in cameras)

        house.link.on_figures = told.append
        await _look_many(house, 4 * AT_ONCE)  # what is built once, is built: threads of pools, caches, codecs
        await _until(is_quiet, "no camera is open")
        before = Standing(hubs)

        await _look_many(house, LOOKS)
        await _until(lambda: len(house.watched) >= LOOKS + 4 * AT_ONCE, "every look has ended")
        await _until(is_quiet, "no camera is open")
        await _until(lambda: not Standing(hubs).left_over(before), "nothing is left over")
        after = Standing(hubs)

        assert after.resident_bytes - before.resident_bytes < GROWTH_BYTES
        await _until(lambda: bool(told) and not told[-1].looks, "nobody watches")
        assert sum(sum(sent.ended.values()) for sent in told[-1].sent.values()) == len(house.watched)
    for camera in cameras:
        await camera.die()

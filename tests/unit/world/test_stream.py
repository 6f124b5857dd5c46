"""A simulated camera is honest about time: asleep it costs nothing, awake it sends only what is taken from then on."""

import asyncio
import itertools
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from bongsu.world.camera.encoder import GOP_FRAMES, frame_at, frame_ms
from bongsu.world.camera.stream import Stream

GREY = np.full((540, 640), 128, np.uint8)


class DrivenClock:
    """A wall clock that moves a little every time it is read."""

    def __init__(self, ms: int, by_ms: int = 20) -> None:
        self.ms = ms
        self.by_ms = by_ms

    def __call__(self) -> int:
        self.ms += self.by_ms
        return self.ms

    async def pause(self, seconds: float) -> None:
        self.ms += int(seconds * 1000)
        await asyncio.sleep(0)


class CountingViewer:
    """Keeps what it is sent; leaves after so many frames."""

    def __init__(self, stream: Stream, enough: int) -> None:
        self.got: list[tuple[int, bool]] = []
        self.done = asyncio.Event()
        self.stream = stream
        self.enough = enough

    def send(self, unit: bytes, ms: int, is_key: bool, report: bool) -> None:
        self.got.append((ms, is_key))
        if len(self.got) >= self.enough:
            self.stream.leave(self)
            self.done.set()


async def watch(clock: DrivenClock, enough: int) -> tuple[list[int], list[tuple[int, bool]]]:
    taken: list[int] = []

    def compose(ms: int) -> np.ndarray:
        taken.append(ms)
        return GREY

    with ThreadPoolExecutor(1) as pool:
        stream = Stream(compose, pool, clock, clock.pause)
        viewer = CountingViewer(stream, enough)
        stream.join(viewer)
        await asyncio.wait_for(viewer.done.wait(), 20)
        await stream.sleep()
    return taken, viewer.got


async def test_it_encodes_from_the_last_boundary_and_sends_only_from_now() -> None:
    boundary = 1_790_000_000_000
    taken, got = await watch(DrivenClock(boundary + 900), 12)
    assert taken[0] == boundary
    woke = frame_at(boundary + 920)
    assert got[0][0] > frame_ms(woke)
    assert not got[0][1]


async def test_a_keyframe_comes_at_every_even_second() -> None:
    taken, got = await watch(DrivenClock(1_790_000_000_000 + 1_700, 12), 3 * GOP_FRAMES)
    last = taken[0] // 2000
    keys = [ms for ms, is_key in got if is_key]
    assert keys
    for ms, is_key in got:
        assert is_key == (ms // 2000 != last)
        last = ms // 2000


async def test_frames_whose_time_has_passed_are_dropped() -> None:
    _, got = await watch(DrivenClock(1_790_000_000_000, 90), 10)
    gaps = [b - a for (a, _), (b, _) in itertools.pairwise(got)]
    assert max(gaps) > 100
    assert all(gap > 0 for gap in gaps)


async def test_nothing_is_taken_when_nobody_watches() -> None:
    taken, _ = await watch(DrivenClock(1_790_000_000_000), 3)
    before = len(taken)
    await asyncio.sleep(0.2)
    assert len(taken) == before

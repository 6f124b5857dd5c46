"""What a zone hides nobody sees without an unmasking: on every way out of the video process."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import pytest

from bongsu.core.grant import Right
from bongsu.core.recording import Keep, Orders
from fakes.rtsp_camera import RtspCamera
from fakes.video import House, a_house
from fakes.zones import ELSEWHERE, WINDOW, Eye, a_window_camera, as_mp4, is_street, shows_window, watched_for

pytestmark = pytest.mark.video

UNMASKED: dict[str, Any] = {"unmasking": "u1", "holds": ("session:s1", "unmask:u1")}


@pytest.fixture
async def window() -> AsyncIterator[RtspCamera]:
    async with a_window_camera() as camera:
        yield camera


@pytest.fixture
async def house(tmp_path: Path, window: RtspCamera) -> AsyncIterator[House]:
    async with a_house(tmp_path, {"cam": window.url, "other": window.url}, linger_s=0.5, masked_max=1) as house:
        yield house


async def masked(house: House, **masks: Any) -> None:
    house.mask(**masks)
    await asyncio.sleep(0.1)  # the zones travel to the other side


async def test_without_zones_the_window_is_seen_as_it_is(house: House) -> None:
    async with asyncio.timeout(30), house.watching() as officer:
        eye = Eye(officer)
        assert shows_window(await eye.picture())
    assert (eye.playing[0]["masked"], eye.playing[0]["codec"][:4]) == (False, "avc1")


async def test_a_masked_viewer_never_sees_the_window_and_sees_all_the_rest(house: House) -> None:
    await masked(house, cam=(WINDOW,))
    async with asyncio.timeout(60), house.watching() as officer:
        eye = Eye(officer)
        seen = [await eye.picture() for _ in range(40)]
    assert not any(map(shows_window, seen))
    assert all(map(is_street, seen))
    assert eye.playing[0]["codec"].startswith("vp09")
    assert (eye.playing[0]["masked"], eye.playing[0]["stills"]) == (True, False)


async def test_who_joins_a_running_raw_stream_gets_nothing_of_its_cache(house: House) -> None:
    await masked(house, cam=(WINDOW,))
    house.link.hold("unmask:u1", None)
    await asyncio.sleep(0.05)  # the hold travels to the other side
    async with asyncio.timeout(60), house.watching(**UNMASKED) as open_, house.watching(**UNMASKED):
        unmasked = Eye(open_)
        assert shows_window(await unmasked.picture())
        async with house.watching() as officer, house.watching() as later:
            first = Eye(officer)
            seen = [await first.picture() for _ in range(10)]
            cached = Eye(later)
            seen += [await cached.picture() for _ in range(10)]
        assert shows_window(await unmasked.picture())
    assert not any(map(shows_window, seen))


async def test_a_masked_still_has_no_window(house: House) -> None:
    await masked(house, cam=(WINDOW,))
    async with asyncio.timeout(30), house.watching(form="still") as officer:
        picture = await officer.see()
    with av.open(io.BytesIO(picture), format="mjpeg") as jpeg:
        luma = next(jpeg.decode(video=0)).reformat(format="gray").to_ndarray()
    assert not shows_window(luma)


async def test_masked_mp4_has_no_window(house: House, tmp_path: Path) -> None:
    await masked(house, cam=(WINDOW,))
    async with asyncio.timeout(60), house.watching(form="mp4") as officer:
        seen = as_mp4(tmp_path, [await officer.see() for _ in range(20)])
    assert len(seen) == 19
    assert not any(map(shows_window, seen))
    assert all(map(is_street, seen))


async def test_zones_that_come_while_somebody_watches_cover_the_next_picture(house: House) -> None:
    async with asyncio.timeout(60), house.watching() as officer:
        eye = Eye(officer)
        assert shows_window(await eye.picture())
        house.mask(cam=(WINDOW,))
        assert (await eye.word("trouble"))["code"] == "mask.changed"
        seen = await watched_for(eye, 4.0)
        assert len(seen) > 20
        assert not any(map(shows_window, seen))
        house.mask(cam=(ELSEWHERE,))
        await eye.word("trouble")
        assert shows_window(await eye.picture())
        house.mask(cam=(WINDOW, ELSEWHERE))
        await eye.word("trouble")
        assert not any(map(shows_window, await watched_for(eye, 3.0)))
        house.mask()
        await eye.word("trouble")
        assert shows_window(await eye.picture())
    assert eye.playing[-1]["codec"].startswith("avc1")


async def test_beyond_the_limit_there_are_painted_stills_until_there_is_room(house: House) -> None:
    await masked(house, cam=(WINDOW,), other=(WINDOW,))
    async with asyncio.timeout(90), house.watching(camera="other") as waiting:
        async with house.watching() as officer:
            assert not shows_window(await Eye(officer).picture())
        eye = Eye(waiting)
        seen = [await eye.picture() for _ in range(2)]
        assert not any(map(shows_window, seen))
    del waiting
    async with asyncio.timeout(90), house.watching() as first:
        assert (await Eye(first).word("playing"))["stills"] is False
        async with house.watching(camera="other") as second:
            still = Eye(second)
            assert (await still.word("playing"))["stills"] is True
            began = time.monotonic()
            seen = [await still.picture() for _ in range(2)]
            assert time.monotonic() - began > 1.0
            assert not any(map(shows_window, seen))
            await first.ws.close()
            assert (await still.word("playing"))["stills"] is False
            assert not any(map(shows_window, await watched_for(still, 3.0)))


async def test_a_killed_painter_is_trouble_and_then_painted_pictures_again(house: House) -> None:
    await masked(house, cam=(WINDOW,))
    async with asyncio.timeout(90), house.watching() as officer:
        eye = Eye(officer)
        assert not shows_window(await eye.picture())
        for pid in painters():
            os.kill(pid, signal.SIGKILL)
        assert (await eye.word("trouble"))["code"] == "mask.failed"
        assert not any(map(shows_window, await watched_for(eye, 5.0)))
        assert eye.playing[-1]["masked"]
        assert len(eye.playing) == 2
    await gone()


async def test_an_unmasking_that_is_over_ends_the_stream_with_its_own_code(house: House) -> None:
    await masked(house, cam=(WINDOW,))
    house.link.hold("unmask:u1", int((time.time() + 1.0) * 1000))
    await asyncio.sleep(0.05)  # the hold travels to the other side
    async with asyncio.timeout(30), house.watching(**UNMASKED) as officer:
        eye = Eye(officer)
        assert shows_window(await eye.picture())
        assert not eye.playing[0]["masked"]
        assert (await eye.word("ended"))["code"] == "unmask.over"


async def test_a_ticket_that_says_unmasked_without_its_hold_is_refused(house: House) -> None:
    for holds in (("session:s1",), ("session:s1", "unmask:another")):
        async with asyncio.timeout(10), house.officer() as officer:
            await officer.show(house.sign(officer, unmasking="u1", holds=holds))
            assert (await officer.hear())["code"] == "ticket.bad"
    async with asyncio.timeout(10), house.officer() as officer:
        await officer.show(house.sign(officer, **UNMASKED))
        assert (await officer.hear())["code"] == "ticket.hold"


async def test_a_masked_look_back_has_no_window_and_an_unmasked_one_has(house: House) -> None:
    began = int(time.time() * 1000)
    house.record(Orders({"cam": Keep()}))
    async with asyncio.timeout(90):
        while not (found := await house.link.recorded("cam", began, began + 60_000)).spans:
            await asyncio.sleep(0.2)
        await masked(house, cam=(WINDOW,))
        window = {"form": "replay", "right": Right.REPLAY, "from_ms": began - 1000, "to_ms": found.spans[-1][1]}
        async with house.watching(**window) as officer:
            eye = Eye(officer)
            seen = [await eye.picture() for _ in range(15)]
        assert not any(map(shows_window, seen))
        assert all(map(is_street, seen))
        assert eye.playing[0]["masked"]
        house.link.hold("unmask:u1", None)
        await asyncio.sleep(0.05)  # the hold travels to the other side
        async with house.watching(**window, **UNMASKED) as officer:
            assert shows_window(await Eye(officer).picture())
        async with house.watching(camera="cam") as live, house.watching(**window) as officer:
            assert not shows_window(await Eye(live).picture())  # it has the only painted stream
            still = Eye(officer)
            assert not shows_window(await still.picture())
            assert still.playing[0]["stills"]
    house.record(Orders())


async def test_zones_that_come_while_somebody_looks_back_cover_the_next_picture(house: House) -> None:
    began = int(time.time() * 1000)
    house.record(Orders({"cam": Keep()}))
    async with asyncio.timeout(90):
        while not (found := await house.link.recorded("cam", began, began + 60_000)).spans:
            await asyncio.sleep(0.2)
        window = {"form": "replay", "right": Right.REPLAY, "from_ms": began - 1000, "to_ms": found.spans[-1][1]}
        async with house.watching(**window) as officer:
            eye = Eye(officer)
            assert shows_window(await eye.picture())
            house.mask(cam=(WINDOW,))
            await eye.word("trouble")
            await eye.word("playing")
            assert not shows_window(await eye.picture())


async def test_nothing_of_painting_is_left_when_nobody_watches(house: House) -> None:
    await masked(house, cam=(WINDOW,))
    async with asyncio.timeout(60), house.watching() as officer:
        await Eye(officer).picture()
        assert painters()
    await gone()


def painters() -> list[int]:
    """The painting processes this process has started."""
    found = []
    for one in Path("/proc").iterdir():
        if one.name.isdigit():
            try:
                words, stat = (one / "cmdline").read_bytes(), (one / "stat").read_text()
            except OSError:
                continue
            is_ours = int(stat.rpartition(")")[2].split()[1]) == os.getpid()
            if is_ours and b"bongsu.video.mask.worker" in words:
                found.append(int(one.name))
    return found


async def gone() -> None:
    async with asyncio.timeout(20):
        while painters():
            await asyncio.sleep(0.1)

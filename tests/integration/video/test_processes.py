"""Real video processes side by side: one is killed or stands still, and its cameras go on elsewhere."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from bongsu.core.grant import Right
from bongsu.core.recording import Keep, Orders
from bongsu.core.rendezvous import owner
from fakes.rtsp_camera import RtspCamera
from fakes.several import Several, several, until
from fakes.video import Officer

CAMERAS = tuple(f"C{n}" for n in range(12))
S = 1_000_000

pytestmark = pytest.mark.timeout(180)


async def place(officer: Officer) -> int:
    """Where the next frame lies on our clock, microseconds."""
    return int.from_bytes((await officer.see())[1:9], "little")


async def is_cut(officer: Officer) -> float:
    """When its line broke (monotonic)."""
    try:
        while True:
            await officer.ws.recv()
    except ConnectionClosed:
        return time.monotonic()


async def test_the_death_of_one_moves_exactly_its_cameras_and_their_viewers_see_frames_again(
    tmp_path: Path, camera: RtspCamera
) -> None:
    async with several(tmp_path, 3, dict.fromkeys(CAMERAS, camera.url)) as machine, AsyncExitStack() as stay:
        names = machine.alive
        looks = {one: await stay.enter_async_context(machine.watching(one)) for one in CAMERAS}
        for officer in looks.values():
            await officer.see()
        moved = [one for one in CAMERAS if owner(names, one) == "video-2"]
        assert 0 < len(moved) < len(CAMERAS)
        machine.kill("video-2")
        killed_s = time.monotonic()
        cut = await asyncio.gather(*(is_cut(looks[one]) for one in moved))
        await until(lambda: machine.alive == ["video", "video-3"])
        for one in moved:
            again = await stay.enter_async_context(machine.watching(one))
            await again.see()
        assert max(cut) - killed_s < 1.0
        assert time.monotonic() - killed_s < 10.0
        for one in set(CAMERAS) - set(moved):
            assert machine.owner(one) == owner(names, one)
            await looks[one].see()  # it plays on, over the line it had


async def test_a_camera_plays_where_the_hash_would_not_look_for_it(tmp_path: Path, camera: RtspCamera) -> None:
    async with several(tmp_path, 2, {"C1": camera.url}) as machine:
        for name in machine.processes:
            async with machine.watching("C1", name) as officer:
                await officer.see()


async def test_a_ticket_for_another_process_is_refused(tmp_path: Path, camera: RtspCamera) -> None:
    async with several(tmp_path, 2, {"C1": camera.url}) as machine, machine.watching("C1", "video") as there:
        await there.see()
        async with machine.watching("C1", "video-2", epoch=there.epoch) as forged:
            assert (await forged.hear())["code"] == "ticket.epoch"
            with pytest.raises(ConnectionClosed):
                await forged.see()


async def test_a_right_taken_back_ends_every_stream_while_one_process_stands_still(
    tmp_path: Path, camera: RtspCamera
) -> None:
    async with several(tmp_path, 3, {"C1": camera.url}) as machine, AsyncExitStack() as stay:
        looks = {name: await stay.enter_async_context(machine.watching("C1", name)) for name in machine.processes}
        for officer in looks.values():
            await officer.see()
        machine.signal("video-3", signal.SIGSTOP)
        dropped_s = time.monotonic()
        machine.holds.clear()
        machine.links.drop("session:s1")
        assert await asyncio.gather(*(looks[n].watch_to_the_end() for n in ("video", "video-2"))) == [4410, 4410]
        assert max(looks[n].ended_at for n in ("video", "video-2")) - dropped_s < 0.5
        await until(lambda: machine.alive == ["video", "video-2"])
        resumed_s = time.monotonic()
        machine.signal("video-3", signal.SIGCONT)
        assert await looks["video-3"].watch_to_the_end() == 4410
        assert looks["video-3"].words[-1]["code"] in ("core.silent", "hold.gone")
        assert not [at for at in looks["video-3"].frames_at if at > resumed_s + 0.5]
        await until(lambda: len(machine.alive) == 3)


async def test_a_recording_goes_on_elsewhere_and_its_replay_says_the_gap(tmp_path: Path, camera: RtspCamera) -> None:
    async with several(tmp_path, 2, dict.fromkeys(CAMERAS, camera.url)) as machine:
        one = next(camera for camera in CAMERAS if machine.owner(camera) == "video-2")
        began_ms = int(time.time() * 1000)
        machine.record(Orders(dict.fromkeys(CAMERAS, Keep())))
        await recorded(machine, one, began_ms, 1, lasting_ms=2_000)
        machine.kill("video-2")
        spans = await recorded(machine, one, began_ms, 2, lasting_ms=1_000)
        assert spans[1][0] - spans[0][1] < 5_000  # the gap: a death noticed, a camera opened, a keyframe
        window = {"from_ms": began_ms, "to_ms": spans[1][1], "form": "replay", "right": Right.REPLAY}
        async with machine.watching(one, "video", **window) as officer:
            places = await whole(officer)
        gaps = [word for word in officer.words if word["what"] == "gap"]
        assert abs(gaps[-1]["from_ms"] - spans[0][1]) < 300  # type: ignore[operator]  # JSON
        assert abs(gaps[-1]["to_ms"] - spans[1][0]) < 300  # type: ignore[operator]  # JSON
        assert places[0] < spans[0][1] * 1000 < spans[1][0] * 1000 <= places[-1]
        assert places == sorted(places)
        made_by = {path.name.count(".") for path in (machine.data / "recordings").rglob("*.gops")}
        assert made_by == {1, 2}  # "<hour>.gops" of the first process, "<hour>.video-2.gops" of the other


async def whole(officer: Officer) -> list[int]:
    """Every frame's place to the end, eight times as fast as it happened."""
    await officer.ws.send(json.dumps({"what": "speed", "times": 8}))
    places: list[int] = []
    while True:
        message = await officer.ws.recv()
        if isinstance(message, bytes):
            places.append(int.from_bytes(message[1:9], "little"))
            continue
        officer.words.append(json.loads(message))
        if officer.words[-1]["what"] == "end":
            return places


async def recorded(machine: Several, camera: str, from_ms: int, many: int, lasting_ms: int) -> list[tuple[int, int]]:
    """So many spans there are once the last of them has lasted so long."""
    async with asyncio.timeout(60):
        while True:
            found = await machine.links.recorded(camera, from_ms, from_ms + 600_000)
            if len(found.spans) >= many and found.spans[-1][1] - found.spans[-1][0] >= lasting_ms:
                assert len(found.spans) == many
                assert found.is_recorded
                return list(found.spans)
            await asyncio.sleep(0.1)


async def test_every_camera_is_recorded_once_and_a_returned_process_gets_its_cameras_back(
    tmp_path: Path, camera: RtspCamera
) -> None:
    async with several(tmp_path, 2, dict.fromkeys(CAMERAS, camera.url)) as machine:
        machine.record(Orders(dict.fromkeys(CAMERAS, Keep())))
        await until(lambda: camera.players == len(CAMERAS))
        machine.kill("video-2")
        await until(lambda: machine.alive == ["video"])
        await until(lambda: camera.players == len(CAMERAS))
        machine.start("video-2")
        await until(lambda: len(machine.alive) == 2)
        mine = [one for one in CAMERAS if machine.owner(one) == "video-2"]
        for one in mine:
            spans = await machine.links.recorded(one, 0, int(time.time() * 1000) + 1)
            assert spans.is_recorded  # by whoever took it over; it does not move back at once
        async with asyncio.timeout(40):
            while not all([await is_back(machine, one) for one in mine]):
                await asyncio.sleep(0.3)
        await until(lambda: camera.players == len(CAMERAS))


async def is_back(machine: Several, camera: str) -> bool:
    """Tell whether its own process records it now, and no other."""
    now_ms = int(time.time() * 1000)
    answers = {name: await link.recorded(camera, now_ms - 1, now_ms) for name, link in machine.each.items()}
    return [name for name, answer in answers.items() if answer.is_recorded] == ["video-2"]

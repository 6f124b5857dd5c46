"""The video socket through its public door: what is played, in which form, and how quickly."""

from __future__ import annotations

import asyncio
import io
import itertools
import time
from collections.abc import Callable
from pathlib import Path

import av
import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bongsu.video import nal
from bongsu.video.ingest import HEAD
from fakes.rtsp_camera import RtspCamera, encode
from fakes.video import House, a_house


async def test_a_live_stream_starts_with_a_keyframe_and_decodes(house: House) -> None:
    async with asyncio.timeout(10), house.watching() as officer:
        playing = await officer.hear()
        messages = [await officer.see() for _ in range(30)]
    assert playing == {
        "what": "playing",
        "camera": "cam",
        "codec": playing["codec"],
        "width": 640,
        "height": 360,
        "form": "live",
        "masked": False,
        "stills": False,
    }
    assert str(playing["codec"]).startswith("avc1.42")
    heads = [HEAD.unpack(message[: HEAD.size]) for message in messages]
    assert heads[0][0] == 1
    assert abs(heads[-1][1] / 1e6 - time.time()) < 5
    decoder = av.CodecContext.create("h264", "r")
    pictures = [one for message in messages for one in decoder.decode(av.Packet(message[HEAD.size :]))]
    assert len(pictures) >= 29


async def test_whoever_joins_a_running_camera_sees_a_frame_at_once(house: House) -> None:
    async with house.watching() as first:
        await first.see()
        async with house.officer() as second:
            began = time.monotonic()
            await second.show(house.sign(second))
            frame = await second.see()
            assert time.monotonic() - began < 0.2
            assert frame[0] == 1


async def test_ten_viewers_share_one_connection(house: House, camera: RtspCamera) -> None:
    async with asyncio.timeout(10), house.watching() as first:
        await first.see()
        reached = camera.connections
        for _ in range(9):
            async with house.watching() as other:
                await other.see()
        assert camera.connections == reached


async def test_a_still_is_one_jpeg_of_the_camera(house: House) -> None:
    async with asyncio.timeout(10), house.watching(form="still") as officer:
        picture = await officer.see()
        assert await officer.watch_to_the_end() == 1000
    assert picture.startswith(b"\xff\xd8\xff")
    with av.open(io.BytesIO(picture)) as opened:
        assert (opened.streams.video[0].width, opened.streams.video[0].height) == (640, 360)
    assert officer.words[0]["form"] == "still"
    assert house.watched[-1].code == "done"


async def test_the_mp4_form_opens_as_mp4_with_one_fragment_a_frame(house: House) -> None:
    async with asyncio.timeout(10), house.watching(form="mp4") as officer:
        pieces = [await officer.see() for _ in range(31)]
    assert pieces[0][4:8] == b"ftyp"
    assert all(piece[4:8] == b"moof" for piece in pieces[1:])
    with av.open(io.BytesIO(b"".join(pieces)), format="mp4") as opened:
        stream = opened.streams.video[0]
        packets = [packet for packet in opened.demux(stream) if packet.size]
        assert len(packets) == 30
        assert packets[0].is_keyframe
        assert (stream.width, stream.height) == (640, 360)
        times = [float(packet.pts * stream.time_base) for packet in packets]
    assert times == sorted(set(times))
    assert times[-1] == pytest.approx(29 / 30, abs=0.2)
    with av.open(io.BytesIO(b"".join(pieces)), format="mp4") as opened:
        assert len(list(opened.decode(video=0))) == 30


async def test_a_camera_that_dies_is_told_and_played_again_when_it_is_back(house: House, camera: RtspCamera) -> None:
    async with asyncio.timeout(20), house.watching() as officer:
        await officer.see()
        await camera.die()
        trouble = await officer.hear()
        while trouble["what"] != "trouble":
            trouble = await officer.hear()
        assert trouble["code"] in ("camera.silent", "camera.unreachable")
        assert float(str(trouble["again_in_s"])) > 0
        await camera.start()
        while (await officer.hear())["what"] != "playing":
            pass
        assert (await officer.see())[0] == 1
    states = [(state.camera, state.state) for state in house.cameras]
    assert states[0] == ("cam", "ok")
    assert ("cam", "down") in states
    assert states[-1] == ("cam", "ok")


async def test_a_slow_viewer_skips_to_a_keyframe_and_delays_nobody(tmp_path: Path, units: list[bytes]) -> None:
    fat = [unit + nal.START + b"\x0c" + b"\xff" * 60_000 + b"\x80" for unit in units]  # filler data
    camera = await RtspCamera(fat).start()
    async with asyncio.timeout(20), a_house(tmp_path, {"cam": camera.url}) as house:
        async with house.watching() as slow, house.watching() as quick:
            await slow.see()
            slow.ws.transport.pause_reading()
            for _ in range(30):
                await quick.see()
            quick.frames_at.clear()
            for _ in range(120):
                await quick.see()
            gaps = [b - a for a, b in zip(quick.frames_at, quick.frames_at[1:], strict=False)]
            assert max(gaps) < 0.3
            assert quick.frames_at[-1] - quick.frames_at[0] == pytest.approx(119 / 30, abs=0.5)
            slow.ws.transport.resume_reading()
            stamps = [HEAD.unpack(message[: HEAD.size]) for message in [await slow.see() for _ in range(60)]]
        await camera.die()
    jumps = [(before[2], after) for before, after in itertools.pairwise(stamps) if after[2] - before[2] > 100_000]
    assert jumps
    assert all(after[0] == 1 for _, after in jumps)


async def test_a_camera_nobody_watches_is_closed_after_a_while(house: House, camera: RtspCamera) -> None:
    async with house.watching() as officer:
        await officer.see()
    reached = camera.connections
    async with house.watching() as officer:
        await officer.see()
    assert camera.connections == reached
    await asyncio.wait_for(_until(lambda: camera.players == 0), 5)
    async with house.watching() as officer:
        await officer.see()
    assert camera.connections > reached


async def test_a_small_tile_gets_the_smaller_stream_and_the_main_one_where_there_is_none(
    house: House, camera: RtspCamera
) -> None:
    small = await RtspCamera(encode(width=320, height=180)).start()
    house.sub = {"cam": small.url}
    house.link.streams_changed()
    sizes = {}
    async with asyncio.timeout(10):
        for profile in ("sub", "main"):
            async with house.watching(profile=profile) as officer:
                word = await officer.hear()
                sizes[profile] = word["width"]
    assert sizes == {"sub": 320, "main": 640}
    house.sub = {}
    house.link.streams_changed()
    reached = camera.connections
    async with asyncio.timeout(10), house.watching(profile="main") as one, house.watching(profile="sub") as other:
        await one.see()
        await other.see()
    assert camera.connections <= reached + 2
    await small.die()


async def test_no_more_cameras_than_allowed_are_open_at_once(tmp_path: Path, camera: RtspCamera) -> None:
    streams = {"cam": camera.url, "other": camera.url}
    async with asyncio.timeout(10), a_house(tmp_path, streams, max_cameras=1) as house:
        async with house.watching() as first:
            await first.see()
            async with house.watching(camera="other") as second:
                assert (await second.hear())["code"] == "video.full"
                assert await second.watch_to_the_end() == 4403
        async with house.watching(camera="other") as third:
            await third.see()


async def test_an_address_outside_the_networks_is_never_tried(tmp_path: Path, camera: RtspCamera) -> None:
    networks = ("10.0.0.0/8",)
    around = a_house(tmp_path, {"cam": camera.url}, networks=networks)
    async with asyncio.timeout(10), around as house, house.watching() as officer:
        trouble = await officer.hear()
    assert (trouble["what"], trouble["code"]) == ("trouble", "camera.forbidden")
    assert camera.connections == 0


async def test_a_page_of_another_origin_is_refused(house: House) -> None:
    url = f"ws://127.0.0.1:{house.port}/v1/video"
    with pytest.raises(InvalidStatus) as refusal:
        async with connect(url, additional_headers={"Origin": "http://evil.example"}):
            pass
    assert refusal.value.response.status_code == 403
    async with connect(url, additional_headers={"Origin": "http://localhost:8700"}) as ws:
        assert "hello" in str(await ws.recv())


async def test_health_answers_and_other_paths_do_not(house: House) -> None:
    async with httpx.AsyncClient() as client:
        assert (await client.get(f"http://127.0.0.1:{house.port}/healthz")).status_code == 200
        assert (await client.get(f"http://127.0.0.1:{house.port}/v1/anything")).status_code == 404


async def _until(is_so: Callable[[], bool]) -> None:
    while not is_so():
        await asyncio.sleep(0.02)

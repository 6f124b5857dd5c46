"""A camera becomes access units that a decoder opens, whoever built its RTSP server."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import itertools
import threading
import time

import av
import pytest

from bongsu.core.errors import BongsuError
from bongsu.settings import VideoSettings
from bongsu.video import h264, nal
from bongsu.video.channel import Pull
from bongsu.video.codec import Header
from bongsu.video.ingest import Frame
from bongsu.video.reading import puller
from bongsu.video.rtsp.rtp import Depacketiser
from bongsu.video.rtsp.wire import Wire
from fakes.rtsp_camera import RtspCamera, encode
from fakes.several import until

READERS = ("bongsu", "ffmpeg")


def pulling(**video: object) -> Pull:
    """How cameras on this machine are read."""
    return puller(VideoSettings(networks=("127.0.0.0/8",), **video))


def ignore(told: object) -> None:
    """Nobody listens."""


async def why(pull: Pull, url: str) -> str:
    """What a camera that gives nothing is called."""
    try:
        async with asyncio.timeout(10):
            return await pull(url, ignore, ignore)
    except BongsuError as problem:
        return problem.code


async def read(
    url: str, frames: int, transport: str = "tcp", reader: str = "bongsu"
) -> tuple[list[Header], list[Frame]]:
    headers: list[Header] = []
    got: list[Frame] = []
    enough = asyncio.Event()

    def on_frame(frame: Frame) -> None:
        got.append(frame)
        if len(got) >= frames:
            enough.set()

    reading = asyncio.create_task(pulling(transport=transport, reader=reader)(url, headers.append, on_frame))
    waiting = asyncio.create_task(enough.wait())
    await asyncio.wait({reading, waiting}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    reading.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await reading
    return headers, got


@pytest.mark.parametrize("reader", READERS)
async def test_every_camera_becomes_access_units_a_decoder_opens(any_camera_url: str, reader: str) -> None:
    headers, frames = await read(any_camera_url, 40, reader=reader)
    assert (headers[0].width, headers[0].height) == (640, 360)
    assert headers[0].codec.startswith("avc1.42")
    assert len(headers) == 1
    assert frames[0].key
    for frame in frames:
        kinds = [h264.kind(one) for one in nal.split(frame.unit)]
        assert frame.key == (h264.IDR in kinds)
        if frame.key:
            assert [kind for kind in kinds if kind != h264.SEI][:3] == [h264.SPS, h264.PPS, h264.IDR]
            assert kinds.count(h264.SPS) == 1
    decoder = av.CodecContext.create("h264", "r")
    pictures = [picture for frame in frames for picture in decoder.decode(av.Packet(bytes(frame.unit)))]
    assert len(pictures) >= len(frames) - 1


@pytest.mark.parametrize("reader", READERS)
async def test_stamps_go_forward_at_the_cameras_own_pace(any_camera_url: str, reader: str) -> None:
    _, frames = await read(any_camera_url, 40, reader=reader)
    gaps = [b.pts_us - a.pts_us for a, b in itertools.pairwise(frames)]
    assert min(gaps) > 0
    assert max(gaps) < 200_000


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("where", [{"in_sdp": False}, {"in_band": False}])
async def test_parameter_sets_are_found_in_the_sdp_alone_or_in_the_stream_alone(
    units: list[bytes], where: dict[str, bool], reader: str
) -> None:
    camera = await RtspCamera(units, **where).start()
    headers, frames = await read(camera.url, 20, reader=reader)
    await camera.die()
    assert (headers[0].width, headers[0].height) == (640, 360)
    keys = [frame for frame in frames if frame.key]
    assert keys
    assert all(h264.SPS in map(h264.kind, nal.split(frame.unit)) for frame in keys)


@pytest.mark.parametrize("reader", READERS)
async def test_h265_is_passed_through_as_it_is(reader: str) -> None:
    camera = await RtspCamera(encode(codec="libx265", frames=15), in_sdp=False, encoding="H265").start()
    headers, frames = await read(camera.url, 20, reader=reader)
    await camera.die()
    assert (headers[0].width, headers[0].height, headers[0].name) == (640, 360, "hevc")
    decoder = av.CodecContext.create("hevc", "r")
    pictures = [picture for frame in frames for picture in decoder.decode(av.Packet(bytes(frame.unit)))]
    assert len(pictures) >= len(frames) - 1


@pytest.mark.parametrize("reader", READERS)
async def test_a_codec_that_no_browser_shows_is_a_named_trouble(reader: str) -> None:
    camera = await RtspCamera(encode(codec="mpeg4", frames=5), in_sdp=False, encoding="MP4V-ES").start()
    assert await why(pulling(reader=reader), camera.url) == "camera.codec"
    await camera.die()


@pytest.mark.parametrize("reader", READERS)
async def test_a_login_is_answered_by_digest_and_a_wrong_one_is_named(gst_login_url: str, reader: str) -> None:
    url = gst_login_url.replace("rtsp://", "rtsp://viewer:secret@")
    _, frames = await read(url, 5, reader=reader)
    assert frames[0].key
    for wrong in (gst_login_url, url.replace("secret", "guess")):
        assert await why(pulling(reader=reader), wrong) == "camera.login"


async def test_a_camera_that_knows_only_udp_is_read_over_udp(gst_udp_url: str) -> None:
    _, frames = await read(gst_udp_url, 20, "udp")
    assert frames[0].key
    decoder = av.CodecContext.create("h264", "r")
    assert len([picture for frame in frames for picture in decoder.decode(av.Packet(bytes(frame.unit)))]) >= 19
    assert await why(pulling(), gst_udp_url) == "camera.transport"


async def test_a_camera_that_speaks_tls_alone_is_read_over_tls_and_not_without(gst_tls_url: str) -> None:
    assert gst_tls_url.startswith("rtsps://")
    headers, frames = await read(gst_tls_url, 20)
    assert (headers[0].width, headers[0].height) == (640, 360)
    assert frames[0].key
    assert await why(pulling(), gst_tls_url.replace("rtsps://", "rtsp://")) == "camera.unreachable"


@pytest.mark.parametrize("reader", READERS)
async def test_a_camera_that_floods_is_cut_off(units: list[bytes], reader: str) -> None:
    camera = await RtspCamera(units).start()
    started = time.monotonic()
    assert await why(pulling(reader=reader, camera_mbps=0.05), camera.url) == "camera.flood"
    await camera.die()
    assert time.monotonic() - started < 3


async def test_what_does_not_speak_rtsp_is_told_from_a_camera_that_is_away() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for reader in READERS:
            assert await why(pulling(reader=reader), f"rtsp://127.0.0.1:{port}/x") == "camera.not_video"


@pytest.mark.parametrize("reader", READERS)
async def test_a_camera_that_sends_us_elsewhere_is_not_followed(units: list[bytes], reader: str) -> None:
    canary = await RtspCamera(units).start()
    camera = await RtspCamera(units).start()
    camera.redirect_to = canary.url
    assert await why(pulling(reader=reader), camera.url) == "camera.forbidden"
    assert canary.connections == 0
    await camera.die()
    await canary.die()


@pytest.mark.parametrize("reader", READERS)
async def test_a_camera_that_is_not_there_is_unreachable(units: list[bytes], reader: str) -> None:
    camera = await RtspCamera(units).start()
    await camera.die()
    assert await why(pulling(reader=reader), camera.url) == "camera.unreachable"


@pytest.mark.parametrize("reader", READERS)
async def test_a_camera_that_falls_silent_is_let_go(units: list[bytes], reader: str) -> None:
    camera = await RtspCamera(units).start()
    camera.silent = True
    code = await why(pulling(reader=reader), camera.url)
    await camera.die()
    assert code in ("camera.silent", "camera.unreachable")


async def test_a_camera_that_forgets_who_says_nothing_hears_from_us_in_time_and_when_we_leave(
    units: list[bytes],
) -> None:
    camera = await RtspCamera(units).start()
    camera.timeout_s = 1
    headers, frames = await read(camera.url, 3 * camera.fps)
    await until(lambda: "TEARDOWN" in camera.asked)
    await camera.die()
    assert (len(headers), len(frames), camera.connections) == (1, 3 * camera.fps, 1)
    assert camera.asked.count("OPTIONS") >= 5


async def test_reading_a_camera_takes_no_thread_and_leaves_no_connection(units: list[bytes]) -> None:
    camera = await RtspCamera(units).start()
    reading = [asyncio.create_task(pulling()(camera.url, ignore, ignore)) for _ in range(8)]
    await until(lambda: camera.players == 8)
    # Names are looked up in threads of the loop's; there are a few of them, however many cameras.
    assert "ingest" not in {thread.name for thread in threading.enumerate()}
    for one in reading:
        one.cancel()
    await until(lambda: camera.players == 0)
    await camera.die()


async def test_what_a_camera_that_was_cut_off_had_sent_is_let_go_at_once(units: list[bytes]) -> None:
    camera = await RtspCamera(units).start()
    gc.collect()
    gc.disable()
    try:
        for _ in range(3):
            assert await why(pulling(camera_mbps=0.05), camera.url) == "camera.flood"
        await asyncio.sleep(0.1)
        assert not [one for one in gc.get_objects() if isinstance(one, Depacketiser | Wire)]
    finally:
        gc.enable()
        await camera.die()

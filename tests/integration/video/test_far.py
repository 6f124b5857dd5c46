"""A video process on another machine: its line is TLS with certificates on both sides, or there is none."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from websockets.asyncio.client import connect

from bongsu.access import lease
from bongsu.core.errors import Invalid
from bongsu.core.processes import Process, Tls
from bongsu.core.stream import Addresses
from bongsu.gateways.video.connect import by_socket, by_tls
from bongsu.gateways.video.link import VideoLink
from bongsu.settings import Settings, VideoSettings
from bongsu.video.server import running
from fakes.certificates import Authority
from fakes.rtsp_camera import RtspCamera
from fakes.running import free_port
from fakes.video import Officer, a_ticket


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path / "tls")


class Far:
    """A video process of another machine, with a folder of its own, and the core's line to it."""

    def __init__(self, port: int, control: int, core: Path, tls: Tls, name: str, camera: str) -> None:
        self.port, self.control = port, control
        self.key = lease.make_keys(core)
        process = Process(name=name, public_url=f"ws://127.0.0.1:{port}", control=f"127.0.0.1:{control}")
        self.link = VideoLink(
            by_tls(process, tls),
            lambda: {"session:s1": None},
            lambda: Addresses(streams={"cam": camera}),
            lambda watched: None,
            lambda state: None,
            name=name,
            lease=lambda: self.key.public_key().public_bytes_raw().hex(),
        )

    async def is_alive(self, within_s: float = 10.0) -> bool:
        task = asyncio.create_task(self.link.run())
        try:
            async with asyncio.timeout(within_s):
                while not self.link.alive:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            task.cancel()
            return False
        self.running = task
        return True


@asynccontextmanager
async def far(tmp_path: Path, theirs: Tls, ours: Tls, name: str = "video-b", camera: str = "") -> AsyncIterator[Far]:
    control = free_port()
    video = VideoSettings(name="video-b", port=0, control=f"127.0.0.1:{control}", tls=theirs)
    async with asyncio.timeout(60), running(Settings(data=str(tmp_path / "there"), video=video)) as port:
        yield Far(port, control, tmp_path / "here", ours, name, camera)


async def test_a_viewer_is_let_in_by_a_ticket_whose_key_came_over_the_line(
    tmp_path: Path, authority: Authority, camera: RtspCamera
) -> None:
    async with far(tmp_path, authority.issue("video-b"), authority.issue("core"), camera=camera.url) as there:
        assert await there.is_alive()
        assert not (tmp_path / "there" / "keys" / "lease.pub").exists()
        async with connect(f"ws://127.0.0.1:{there.port}/v1/video", max_size=None) as ws:
            hello = json.loads(await ws.recv())
            officer = Officer(ws, hello["nonce"], hello["epoch"])
            ticket = a_ticket(nonce=officer.nonce, epoch=officer.epoch)
            await officer.show(lease.sign(ticket, there.key))
            await officer.see()
            there.link.drop("session:s1")
            assert await officer.watch_to_the_end() == 4410
        there.running.cancel()


@pytest.mark.parametrize("ours", ["video-c", "core of another authority"])
async def test_only_the_core_is_listened_to(tmp_path: Path, authority: Authority, ours: str) -> None:
    """A certificate of the same authority is not enough: every video process has one."""
    stranger = Authority(tmp_path / "other").issue("core") if ours.startswith("core") else authority.issue(ours)
    tls = Tls(ca=authority.issue("x").ca, cert=stranger.cert, key=stranger.key)
    async with far(tmp_path, authority.issue("video-b"), tls) as there:
        assert not await there.is_alive(1.5)


async def test_without_a_certificate_or_without_tls_nobody_gets_a_word(tmp_path: Path, authority: Authority) -> None:
    async with far(tmp_path, authority.issue("video-b"), authority.issue("core")) as there:
        bare = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        bare.load_verify_locations(authority.issue("x").ca)
        for context, name in ((bare, "video-b"), (None, None)):
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", there.control, ssl=context, server_hostname=name
            )
            writer.write(b'{"what":"beat"}\n')
            with pytest.raises((ssl.SSLError, ConnectionError, EOFError)):
                assert await reader.readexactly(1)
            writer.close()


@pytest.mark.parametrize("theirs", ["video-c", "video-b of another authority"])
async def test_the_core_speaks_only_to_the_process_it_means(tmp_path: Path, authority: Authority, theirs: str) -> None:
    other = Authority(tmp_path / "other").issue("video-b") if " " in theirs else authority.issue(theirs)
    shown = Tls(ca=authority.issue("x").ca, cert=other.cert, key=other.key)
    async with far(tmp_path, shown, authority.issue("core")) as there:
        assert not await there.is_alive(1.5)


@pytest.mark.parametrize("missing", ["ca", "cert", "key"])
async def test_a_certificate_that_is_not_there_stops_the_start_and_says_so(
    tmp_path: Path, authority: Authority, missing: str
) -> None:
    import msgspec

    broken = msgspec.structs.replace(authority.issue("core"), **{missing: ""})
    with pytest.raises(Invalid, match=r"settings\.video_tls"):
        by_tls(Process(name="b", public_url="ws://b", control="b:1"), broken)
    with pytest.raises(Invalid, match=r"settings\.video_tls"):
        async with far(tmp_path, broken, authority.issue("core")):
            pass


async def test_a_key_that_does_not_belong_to_its_certificate_stops_the_start(authority: Authority) -> None:
    core, other = authority.issue("core"), authority.issue("other")
    with pytest.raises(Invalid, match=r"settings\.video_tls"):
        by_tls(Process(name="b", public_url="ws://b", control="b:1"), Tls(ca=core.ca, cert=core.cert, key=other.key))


async def test_a_connection_that_never_speaks_does_not_displace_the_core(tmp_path: Path, camera: RtspCamera) -> None:
    from fakes.video import a_house

    async with asyncio.timeout(20), a_house(tmp_path, {"cam": camera.url}) as house, house.watching() as officer:
        await officer.see()
        reader, writer = await by_socket(house.socket)()
        assert b"hello" in await reader.readline()
        for _ in range(30):
            await officer.see()
        writer.close()
        await officer.see()

"""Nobody watches without a right, and no frame comes after it has ended."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import AsyncExitStack
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bongsu.access import lease
from bongsu.core.clock import monotonic, wall_clock
from bongsu.video.holds import Holds
from fakes.rtsp_camera import RtspCamera
from fakes.video import House, Officer, a_house, a_ticket

FILLER = b"\x00\x00\x00\x01\x0c" + b"\xff" * 60_000 + b"\x80"


async def refused(house: House, ticket: str | None = None, **changes: object) -> object:
    async with asyncio.timeout(5), house.officer() as officer:
        await officer.show(ticket if ticket is not None else house.sign(officer, **changes))
        word = await officer.hear()
        assert word["what"] == "refused"
        assert await officer.watch_to_the_end() == 4403
        assert not officer.frames_at
        return word["code"]


async def test_a_ticket_borrowed_from_another_connection_is_refused(house: House) -> None:
    async with house.officer() as owner:
        ticket = house.sign(owner)
        assert await refused(house, ticket) == "ticket.nonce"
        await owner.show(ticket)
        assert (await owner.hear())["what"] == "playing"


async def test_a_ticket_plays_once(house: House) -> None:
    async with house.officer() as owner:
        ticket = house.sign(owner)
        await owner.show(ticket)
        await owner.see()
        assert await refused(house, ticket) == "ticket.used"


async def test_a_forged_ticket_is_refused(house: House) -> None:
    async with house.officer() as officer:
        fitting = a_ticket(nonce=officer.nonce, epoch=officer.epoch)
        await officer.show(lease.sign(fitting, Ed25519PrivateKey.generate()))
        assert (await officer.hear())["code"] == "ticket.bad"
    async with house.officer() as officer:
        body, signature = house.sign(officer).split(".")
        other = msgspec.json.decode(base64.urlsafe_b64decode(body + "=="))
        other["camera"] = "another"
        changed = base64.urlsafe_b64encode(json.dumps(other).encode()).rstrip(b"=").decode()
        await officer.show(f"{changed}.{signature}")
        assert (await officer.hear())["code"] == "ticket.bad"
    assert await refused(house, "no ticket at all") == "ticket.bad"


async def test_an_expired_ticket_is_refused(house: House) -> None:
    assert await refused(house, until_ms=int(time.time() * 1000) - 1) == "ticket.late"


async def test_a_ticket_of_an_earlier_process_is_refused(house: House) -> None:
    assert await refused(house, epoch="0011223344556677") == "ticket.epoch"


async def test_a_ticket_whose_hold_is_gone_is_refused(house: House) -> None:
    assert await refused(house, session="s2", holds=("session:s2",)) == "ticket.hold"
    agency = {"agency": "112", "grant": "g1", "holds": ("session:s1", "grant:g1")}
    assert await refused(house, **agency) == "ticket.hold"


async def test_dropping_either_hold_ends_the_stream_at_once(house: House) -> None:
    for dropped in ("session:s1", "grant:g1"):
        house.link.hold("session:s1", None)
        house.link.hold("grant:g1", None)
        await asyncio.sleep(0.05)  # the holds travel to the other side
        agency = {"agency": "112", "grant": "g1", "holds": ("session:s1", "grant:g1")}
        async with asyncio.timeout(10), house.watching(**agency) as officer:
            await officer.see()
            dropped_at = time.monotonic()
            house.link.drop(dropped)
            assert await officer.watch_to_the_end() == 4410
        assert officer.words[-1] == {"what": "ended", "code": "hold.gone"}
        assert officer.ended_at - dropped_at < 0.5
        assert max(officer.frames_at) - dropped_at < 0.1


async def test_a_hold_ends_at_its_time_without_a_word(house: House) -> None:
    until = time.time() + 0.8
    house.link.hold("grant:g2", int(until * 1000))
    await asyncio.sleep(0.05)  # the hold travels to the other side
    agency = {"agency": "112", "grant": "g2", "holds": ("session:s1", "grant:g2")}
    async with asyncio.timeout(10), house.watching(**agency) as officer:
        await officer.see()
        assert await officer.watch_to_the_end() == 4410
    assert officer.words[-1]["code"] == "hold.gone"
    late_s = time.time() - until
    assert -0.05 < late_s < 0.5


async def test_other_streams_play_on_when_one_is_cut(house: House) -> None:
    house.link.hold("session:s2", None)
    await asyncio.sleep(0.05)  # the hold travels to the other side
    async with asyncio.timeout(10), house.watching() as cut, house.watching(session="s2", holds=("session:s2",)) as on:
        await cut.see()
        house.link.drop("session:s1")
        await cut.watch_to_the_end()
        on.frames_at.clear()
        for _ in range(20):
            await on.see()
        assert on.frames_at[-1] > cut.ended_at


async def test_a_lost_core_ends_every_stream(house: House) -> None:
    async with asyncio.timeout(10), house.watching() as officer:
        await officer.see()
        lost_at = time.monotonic()
        house.core.cancel()
        assert await officer.watch_to_the_end() == 4410
    assert officer.words[-1]["code"] == "core.silent"
    assert max(officer.frames_at) - lost_at < 0.3


CORE = """
import asyncio, sys
from pathlib import Path
from bongsu.core.stream import Addresses
from bongsu.gateways.video.link import VideoLink
addresses = Addresses(streams={"cam": sys.argv[2]})
link = VideoLink(Path(sys.argv[1]), lambda: {"session:s1": None}, lambda: addresses,
                 lambda watched: None, lambda camera: None)
asyncio.run(link.run())
"""


async def test_a_stopped_core_ends_every_stream_within_its_half_second(house: House, camera: RtspCamera) -> None:
    house.core.cancel()
    path = house.socket
    core = subprocess.Popen([sys.executable, "-c", CORE, path, camera.url])
    try:
        async with asyncio.timeout(20), AsyncExitStack() as stay:
            officers = [await a_watching_officer(house, stay) for _ in range(3)]
            stopped_at = time.monotonic()
            os.kill(core.pid, signal.SIGSTOP)
            endings = await asyncio.gather(*(officer.watch_to_the_end() for officer in officers))
    finally:
        core.kill()
        core.wait()
    assert endings == [4410] * 3
    for officer in officers:
        assert officer.words[-1]["code"] == "core.silent"
        assert 0.3 < officer.ended_at - stopped_at < 0.9
        assert max(officer.frames_at) <= officer.ended_at


async def a_watching_officer(house: House, stay: AsyncExitStack) -> Officer:
    """Somebody let in as soon as the core has been heard."""
    while True:
        officer = await stay.enter_async_context(house.officer())
        await officer.show(house.sign(officer))
        if (await officer.hear())["what"] == "playing":
            await officer.see()
            return officer


async def test_a_viewer_that_does_not_read_is_reset_and_its_send_buffer_thrown_away(
    tmp_path: Path, units: list[bytes]
) -> None:
    camera = await RtspCamera([unit + FILLER for unit in units]).start()
    async with asyncio.timeout(20), a_house(tmp_path, {"cam": camera.url}) as house:
        with socket.socket() as narrow:
            narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
            narrow.connect(("127.0.0.1", house.port))
            async with house.officer(sock=narrow) as officer:
                await officer.show(house.sign(officer))
                await officer.see()
                officer.ws.transport.pause_reading()
                await asyncio.sleep(1.0)  # thirty frames: far more than the buffers between hold
                house.link.drop("session:s1")
                await asyncio.wait_for(_told(house), 2)
                await asyncio.sleep(0.5)  # the last word's time runs out
                officer.ws.transport.resume_reading()
                officer.frames_at.clear()
                assert await officer.watch_to_the_end() == 1006
                assert len(officer.frames_at) < 10
        assert house.watched[-1].code == "hold.gone"
    await camera.die()


async def test_every_stream_is_reported_with_what_was_sent(house: House) -> None:
    async with house.watching(id="t-1") as officer:
        for _ in range(10):
            await officer.see()
    await asyncio.wait_for(_told(house), 2)
    told = house.watched[0]
    assert (told.ticket, told.code) == ("t-1", "left")
    assert told.frames >= 10
    assert 0 < told.seconds < 10


async def test_a_table_that_never_lets_go_keeps_sending_and_the_frames_show_it(
    tmp_path: Path, camera: RtspCamera
) -> None:
    class NeverLetsGo(Holds):
        def verdict(self, keys: object) -> str | None:
            return None

    deaf = NeverLetsGo(monotonic, wall_clock)
    around = a_house(tmp_path, {"cam": camera.url}, holds=deaf)
    async with asyncio.timeout(10), around as house, house.watching() as officer:
        await officer.see()
        dropped_at = time.monotonic()
        house.link.drop("session:s1")
        while time.monotonic() - dropped_at < 1.2:
            await officer.see()
    assert max(officer.frames_at) - dropped_at > 1.0


async def test_sigterm_ends_streams_with_a_word_and_the_process_cleanly(tmp_path: Path, camera: RtspCamera) -> None:
    process, house = await a_process(tmp_path, camera)
    try:
        async with asyncio.timeout(20), AsyncExitStack() as stay:
            officer = await a_watching_officer(house, stay)
            process.terminate()
            assert await officer.watch_to_the_end() == 4410
            assert officer.words[-1]["code"] == "shutdown"
            assert await asyncio.to_thread(process.wait, 5) == 0
    finally:
        process.kill()
        process.wait()
        house.core.cancel()


SERVE = """
import sys, msgspec
from bongsu.settings import Settings
from bongsu.video.server import serve
serve(msgspec.json.decode(sys.argv[1], type=Settings))
"""


async def a_process(folder: Path, camera: RtspCamera) -> tuple[subprocess.Popen[bytes], House]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    settings = json.dumps({"data": str(folder), "video": {"port": port}})
    process = subprocess.Popen([sys.executable, "-c", SERVE, settings], stdout=subprocess.DEVNULL)
    house = House(port, folder, {"cam": camera.url})
    await asyncio.wait_for(house.is_ready(), 15)
    return process, house


async def _told(house: House) -> None:
    while not house.watched:
        await asyncio.sleep(0.01)

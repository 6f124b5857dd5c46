"""A camera over ONVIF, by the simulated one on a real socket."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bongsu.core.clock import wall_clock
from bongsu.core.errors import BongsuError, Refused, Unavailable
from bongsu.core.login import Login
from bongsu.gateways.onvif.device import open_device
from bongsu.gateways.onvif.discover import discover, matches
from bongsu.wires.onvif.records import main_and_sub
from bongsu.world.onvif import discovery, events
from fakes.onvif import LOOPBACK, OUR_LOGIN, an_onvif_camera, opened, served


async def _open(url: str, login: Login = OUR_LOGIN, timeout_s: float = 3.0) -> None:
    async with opened(url, login, timeout_s):
        pass


async def test_a_camera_tells_its_main_and_its_sub_stream_without_a_login():
    camera = an_onvif_camera(rtsp_url="rtsp://admin:secret@127.0.0.1:554/cam")
    async with served(camera) as server, opened(server.url("cam")) as device:
        main, sub = main_and_sub(await device.streams())
    assert main is not None
    assert sub is not None
    assert (main.uri, main.width, main.codec) == ("rtsp://127.0.0.1:554/cam", 640, "H264")
    assert (sub.uri, sub.height) == ("rtsp://127.0.0.1:554/cam/sub", 180)


async def test_a_camera_whose_clock_is_an_hour_off_is_spoken_to_by_its_own_clock():
    camera = an_onvif_camera()
    camera.offset = timedelta(hours=1)
    async with served(camera) as server, opened(server.url("cam")) as device:
        assert len(await device.streams()) == 2
        assert device.offset_s == pytest.approx(3600, abs=1.5)


async def test_a_head_turns_stops_by_itself_and_returns_to_a_preset():
    camera = an_onvif_camera()
    async with served(camera) as server, opened(server.url("cam")) as device:
        await device.move(1.0, 0.0, 0.0, timeout_s=0.3)
        await asyncio.sleep(0.6)
        turned = camera.pose().pan
        assert turned == pytest.approx(0.3 * 0.35, abs=0.01)
        assert not camera.is_moving()
        token = await device.save("gate")
        assert [one.name for one in await device.presets()] == ["home", "gate"]
        await device.go("home")
        await asyncio.sleep(0.6)
        assert camera.pose().pan == pytest.approx(0.0, abs=0.001)
        await device.go(token)
        await asyncio.sleep(0.1)
        await device.stop()
        assert 0 < camera.pose().pan < turned


async def test_what_happens_at_a_camera_is_pulled_once():
    camera = an_onvif_camera()
    async with served(camera) as server, opened(server.url("cam")) as device:
        point = await device.subscribe()
        pulling = asyncio.create_task(device.pull(point, wait_s=2.0))
        await asyncio.sleep(0.1)
        camera.happen(events.MOTION, {"Source": "v1"}, {"State": "true"})
        (told,) = await pulling
        assert (told.topic, told.source, told.data) == (events.MOTION, {"Source": "v1"}, {"State": "true"})
        assert await device.pull(point, wait_s=0.1) == ()


async def test_a_wrong_password_is_named():
    async with served(an_onvif_camera()) as server:
        with pytest.raises(Unavailable, match=r"camera\.onvif\.login"):
            await _open(server.url("cam"), Login(user="bongsu", password="wrong"))


async def test_an_address_outside_the_networks_is_never_connected_to():
    with pytest.raises(Refused, match=r"camera\.forbidden"):
        await open_device("http://192.0.2.1/onvif", OUR_LOGIN, LOOPBACK, timeout_s=1, now=wall_clock)
    with pytest.raises(Refused, match=r"camera\.forbidden"):
        await open_device("file:///etc/passwd", OUR_LOGIN, LOOPBACK, timeout_s=1, now=wall_clock)


async def _answering(answer: bytes) -> tuple[asyncio.Server, str, list[bytes]]:
    heard: list[bytes] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(65536))
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/onvif/device", heard


def _http(status: str, body: bytes = b"", *heads: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *heads, "", ""])
    return head.encode() + body


SOAP = '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>{}</s:Body></s:Envelope>'


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (_http("404 Not Found"), "camera.onvif.endpoint"),
        (_http("200 OK", b"<html>welcome</html>"), "camera.onvif.garbled"),
        (_http("200 OK", b"\x00\xff\x00"), "camera.onvif.endpoint"),
        (_http("200 OK", SOAP.format("<Other/>").encode()), "camera.onvif.garbled"),
        (_http("200 OK", b" " * 2_000_000), "camera.onvif.garbled"),
        (b"SSH-2.0-OpenSSH\r\n", "camera.onvif.garbled"),
        (_http("401 Unauthorized"), "camera.onvif.login"),
    ],
)
async def test_whatever_does_not_speak_onvif_gets_a_name(answer: bytes, code: str):
    server, url, _ = await _answering(answer)
    async with server:
        with pytest.raises(BongsuError) as told:
            await _open(url)
    assert told.value.code == code


async def test_a_redirect_is_not_followed():
    inner, inner_url, heard = await _answering(_http("200 OK"))
    outer, url, _ = await _answering(_http("307 Temporary Redirect", b"", f"Location: {inner_url}"))
    async with inner, outer:
        with pytest.raises(Refused, match=r"camera\.forbidden"):
            await _open(url)
    assert heard == []


async def test_a_camera_that_never_answers_is_given_up():
    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/onvif/device"
    with pytest.raises(Unavailable, match=r"camera\.onvif\.timeout"):
        await _open(url, timeout_s=0.3)
    server.close()


async def test_services_a_camera_names_elsewhere_are_asked_at_the_camera_itself():
    elsewhere, elsewhere_url, heard = await _answering(_http("200 OK"))
    camera = an_onvif_camera()
    async with elsewhere, served(camera) as server, opened(server.url("cam")) as device:
        stolen = elsewhere_url.removesuffix("/onvif/device")
        device._xaddrs = {
            space: url.replace(f"http://127.0.0.1:{server.port}", stolen) for space, url in device._xaddrs.items()
        }
        assert len(await device.streams()) == 2
    assert heard == []


async def test_a_probe_finds_the_cameras_and_only_its_own_answers_count():
    addresses = {"north": "http://127.0.0.1:1/north/onvif/device", "south": "http://127.0.0.1:1/south/onvif/device"}
    transport, port = await discovery.answer(addresses, host="127.0.0.1", port=0)
    found = await discover(0.3, to="127.0.0.1", port=port)
    transport.close()
    assert [(one.name, one.url) for one in found] == list(addresses.items())
    stray = discovery._match("urn:uuid:another", "north", addresses["north"])
    assert list(matches(stray, "urn:uuid:mine")) == []
    assert list(matches(b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "urn:uuid:mine")) == []

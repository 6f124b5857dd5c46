"""A camera's address must not become a way into the city's network."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.errors import BongsuError, Refused, Unavailable
from bongsu.settings import VideoSettings
from bongsu.video.address import pin

NETWORKS = ("10.0.0.0/8", "fc00::/7")
NAMES = {"cam.city": ["10.1.2.3"], "both": ["169.254.169.254", "10.9.9.9"], "away": ["8.8.8.8"], "six": ["fd00::5"]}


async def names(host: str) -> Sequence[str]:
    if host in NAMES:
        return NAMES[host]
    if host.replace(".", "").isdigit() or ":" in host:
        return [host]
    raise OSError("unknown name")


@pytest.mark.parametrize(
    ("url", "pinned"),
    [
        ("rtsp://cam.city/live", "rtsp://10.1.2.3:554/live"),
        ("rtsps://cam.city/live?channel=1", "rtsps://10.1.2.3:322/live?channel=1"),
        ("rtsp://user:p%40ss@cam.city:8554/a/b", "rtsp://user:p%40ss@10.1.2.3:8554/a/b"),
        ("rtsp://both/x", "rtsp://10.9.9.9:554/x"),
        ("rtsp://six/x", "rtsp://[fd00::5]:554/x"),
        ("RTSP://CAM.city", "rtsp://10.1.2.3:554/"),
    ],
)
async def test_the_host_is_replaced_by_the_address_it_was_checked_as(url: str, pinned: str) -> None:
    assert await pin(url, NETWORKS, names) == pinned


@pytest.mark.parametrize(
    "url",
    [
        "http://cam.city/live",
        "file:///etc/passwd",
        "rtsp://away/x",
        "rtsp://169.254.169.254/latest/meta-data",
        "rtsp://127.0.0.1/x",
        "rtsp://[::ffff:127.0.0.1]/x",
        "rtsp://[::ffff:8.8.8.8]/x",
        "rtsp://cam.city/x?udp",
        "rtsp://cam.city/x?a=1&multicast",
        "rtsp://cam.city/x?httpport=80",
        "rtsp://cam.city/x y",
        "rtsp://cam.city/x\r\nEvil: 1",
        "rtsp://cam.city:99999/x",
        "rtsp:///x",
        "",
        "concat:rtsp://cam.city/x",
    ],
)
async def test_anything_else_is_forbidden(url: str) -> None:
    with pytest.raises(Refused, match=r"camera\.forbidden"):
        await pin(url, NETWORKS, names)


async def test_an_unknown_name_is_unreachable() -> None:
    with pytest.raises(Unavailable, match=r"camera\.unreachable"):
        await pin("rtsp://nowhere/x", NETWORKS, names)


@given(st.text(max_size=40), st.text(max_size=40))
async def test_whatever_is_written_the_pinned_host_is_inside_the_networks(login: str, rest: str) -> None:
    try:
        pinned = urlsplit(await pin(f"rtsp://{login}@cam.city{rest}", NETWORKS, names))
    except BongsuError:
        return
    assert pinned.hostname in ("10.1.2.3",)
    assert pinned.scheme == "rtsp"


def test_the_default_networks_are_private_ones() -> None:
    assert "0.0.0.0/0" not in VideoSettings().networks

"""A camera that would take the loop from the others is hung up on, however few bytes it does it with."""

from __future__ import annotations

import pytest

from bongsu.video.meter import WINDOW_S, Flood
from bongsu.video.rtsp.line import MOST_THINGS_PER_S, Line

MOST = int(MOST_THINGS_PER_S * WINDOW_S)


class Way:
    """The way back to a camera, which can be broken off."""

    def __init__(self) -> None:
        self.is_broken = False

    def abort(self) -> None:
        self.is_broken = True


@pytest.mark.parametrize("thing", [b"$\x00\x00\x00", b"A RTSP/1.0\r\n\r\n"], ids=["empty packets", "requests"])
async def test_a_great_many_things_of_a_few_bytes_are_a_flood(thing: bytes) -> None:
    line, way = Line(1e9), Way()
    line.connection_made(way)
    line.data_received(thing * MOST)
    assert not line.over.done()
    line.data_received(thing)
    assert isinstance(line.over.result(), Flood)
    assert way.is_broken


async def test_what_is_asked_of_a_camera_that_fails_meanwhile_is_told_why() -> None:
    line, way = Line(10), Way()
    way.is_closing, way.write = lambda: False, lambda data: line.data_received(bytes(1000))
    line.connection_made(way)
    with pytest.raises(Flood):
        await line.ask("OPTIONS", "rtsp://10.0.0.7/", {})
    assert way.is_broken

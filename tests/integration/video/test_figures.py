"""What the video process counts reaches the core over its socket, and is true."""

from __future__ import annotations

import asyncio

import pytest

from bongsu.core.figures import Figures
from bongsu.core.recording import Keep, Orders
from bongsu.video import server
from fakes.video import House


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "HEALTH_S", 0.1)


async def told(house: House, is_so) -> Figures:
    """The first figures of which something is so."""
    heard: asyncio.Queue[Figures] = asyncio.Queue()
    house.link.on_figures = heard.put_nowait
    while not is_so(figures := await heard.get()):
        pass
    return figures


async def test_who_watches_is_told_while_they_do_and_how_it_ended_afterwards(house: House) -> None:
    async with asyncio.timeout(20):
        async with house.watching(user="kim") as officer:
            for _ in range(30):
                await officer.see()
            figures = await told(house, lambda one: one.looks and one.looks[0].frames >= 30)
            look = figures.looks[0]
            assert (look.camera, look.user, look.form, look.dropped) == ("cam", "kim", "live", 0)
            assert look.size_bytes > 30 * 100
        figures = await told(house, lambda one: not one.looks)
    assert figures.sent["live"].ended == {"left": 1}
    assert figures.sent["live"].frames >= 30


async def test_the_recorder_tells_how_much_it_wrote_and_that_it_was_broken_off(house: House, camera) -> None:
    async with asyncio.timeout(40):
        house.record(Orders(cameras={"cam": Keep()}))
        figures = await told(house, lambda one: one.taping.written_bytes > 0)
        assert (figures.taping.cameras, figures.taping.gaps, figures.taping.lost) == (1, 0, 0)
        assert figures.taping.behind_s < 5
        port = camera.port
        await camera.die()
        await camera.start(port)
        figures = await told(house, lambda one: one.taping.gaps > 0)
        assert figures.taping.gaps == 1

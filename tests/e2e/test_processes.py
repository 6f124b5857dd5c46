"""A tile survives the death of its video process: it goes on at another, with nobody touching anything."""

from __future__ import annotations

import os
import signal
import time

import pytest

from bongsu.core.rendezvous import owner
from bongsu.drills.processes import descendants, listener_of
from bongsu.world import barcode
from e2e.conftest import shoot, until
from e2e.test_spine import fresh_picture, reading

NAMES = ("video", "video-2")

pytestmark = pytest.mark.timeout(500)


def test_a_tile_goes_on_at_another_process_when_its_own_is_killed(city, seat):
    page = seat("operator")
    opened = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    since_ms = int(time.time() * 1000)
    incident = city.call(82)
    page.locator(f"li[data-incident='{incident}']").click()
    fresh_picture(page, since_ms)
    camera = page.locator("canvas[data-camera]").first.get_attribute("data-camera")
    its_own = owner(NAMES, camera)
    port = city.platform.video_port + NAMES.index(its_own)
    other = city.platform.video_port + NAMES.index(owner([name for name in NAMES if name != its_own], camera))
    assert any(f":{port}/" in url for url in opened)

    before = len(opened)
    os.kill(listener_of(port, descendants(city.process.pid)), signal.SIGKILL)
    killed_ms = int(time.time() * 1000)

    def shown():
        seen = reading(page)
        return seen if seen and barcode.unwrap(seen[1], killed_ms) >= killed_ms + 1000 else None

    until(shown, 15, "a picture taken after the process was killed")
    assert time.time() * 1000 - killed_ms < 8_000
    mine = page.locator(f"figure:has(canvas[data-camera='{camera}'])").first
    assert mine.get_attribute("data-state") == "playing"
    assert any(f":{other}/" in url for url in opened[before:])
    assert len(opened) - before < 20  # every tile of the dead process once or twice: no storm
    shoot(page, "moved")
    city.call(82, "91")
    until(lambda: _is_there(port, city) or None, 30, "the killed process back again")


def _is_there(port, city):
    from bongsu.core.errors import Unavailable

    try:
        return listener_of(port, descendants(city.process.pid)) > 0
    except Unavailable:
        return False

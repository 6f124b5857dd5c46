"""Somebody at a partner's screen: patient while the city is away."""

from __future__ import annotations

import asyncio
import socket

import pytest

from bongsu.core.clock import wall_clock
from bongsu.world.partner.log import Log
from bongsu.world.partner.officer import Duty, on_duty


async def test_an_officer_waits_for_a_city_that_is_away(tmp_path, monkeypatch):
    monkeypatch.setattr("bongsu.world.partner.officer.AGAIN_AFTER_S", 0.01)
    (tmp_path / "password").write_text("a-long-enough-password")
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
    duty = Duty(name="fire", password_file=tmp_path / "password")
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(on_duty(duty, f"http://127.0.0.1:{port}", Log(tmp_path / "log"), wall_clock), 0.3)

"""A screen that looks at devices while telemetry is killed: nothing, then what was known, then fresh values."""

from __future__ import annotations

import asyncio
import json
import os
import signal

import httpx
import nats
import pytest
from websockets.asyncio.client import connect

from bongsu.drills.processes import descendants
from integration.telemetry.test_whole import Sensed, _is_telemetry, a_sensed_city, now_ms, over_nats, until, waiting

pytestmark = pytest.mark.timeout(300)
PASSWORD = "lee long enough"


def cool(value: float) -> dict:
    row = {"device": "S-2", "observed_property": "temperature", "result": value, "phenomenon_time_ms": now_ms()}
    return {"readings": [row]}


async def test_a_screen_is_shown_nothing_while_telemetry_is_dead_and_fresh_values_by_itself(tmp_path):
    running = a_sensed_city(tmp_path)
    city, process = await asyncio.to_thread(running.__enter__)
    try:
        gateway = await asyncio.to_thread(city.admit, "gw-1", "gateway")
        words = ("user", "add", "lee", "--role", "operator", "--data", str(city.data), "--password-stdin")
        done = await asyncio.to_thread(city.bongsu, *words, told=f"{PASSWORD}\n")
        assert done.returncode == 0, done.stderr
        await over_nats(city.place(), "gw-1", gateway, cool(20.0))
        url = city.url.replace("http", "ws", 1) + "/v1/live"
        async with connect(url, additional_headers=signed_in(city)) as screen:
            await screen.send(json.dumps({"what": "show", "devices": ["S-2"]}))
            assert await shown(screen, 20.0)
            # Acknowledged, so that the queue tells it no more: only the archive has it.
            await asyncio.to_thread(until, lambda: asyncio.run(waiting(city.place())) == 0, 30, "the acknowledgement")
            victim = next(pid for pid in descendants(process.pid) if _is_telemetry(pid) and has_a_queue(pid))
            os.kill(victim, signal.SIGKILL)
            assert await shown(screen, None)
            assert await shown(screen, 20.0)  # what it told last, and will not tell again
            await asyncio.to_thread(until, lambda: told_again(city, gateway), 60, "the queue again")
            assert await shown(screen, 21.0)  # nothing was asked for again
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


def signed_in(city: Sensed) -> dict[str, str]:
    who = {"name": "lee", "password": PASSWORD}
    answer = httpx.post(f"{city.url}/v1/session", json=who, headers={"Origin": city.url})
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in answer.raise_for_status().cookies.items())}


async def shown(screen, value: float | None) -> bool:
    """The screen is told this temperature of the device, or (None) to forget all it was told."""
    async with asyncio.timeout(20):  # all is asked for anew once a minute: not that
        while True:
            text = await screen.recv()
            word = json.loads(text) if isinstance(text, str) else {"what": ""}
            if word["what"] != "devices":
                continue
            readings = [one["result"] for row in word["readings"] for one in row]
            if value in readings if value is not None else word["whole"] and not word["id"]:
                return True


def told_again(city: Sensed, gateway: str) -> bool:
    try:
        asyncio.run(over_nats(city.place(), "gw-1", gateway, cool(21.0)))
    except (OSError, TimeoutError, nats.errors.Error):
        return False
    return True


def has_a_queue(pid: int) -> bool:
    """The one that runs, not one that waits to be called."""
    return bool(descendants(pid))

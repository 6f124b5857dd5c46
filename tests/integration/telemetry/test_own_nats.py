"""The city's own NATS, by URL: readings of its gateways become cases; and what happens when it goes away."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
import subprocess
from contextlib import contextmanager

import httpx
import nats
import pytest

from bongsu.telemetry.nats.server import binary
from fakes.running import KEY, free_port
from integration.telemetry.test_whole import Sensed, burning, now_ms, until

pytestmark = pytest.mark.timeout(400)

SECRET = "a secret of the city's"


class CityNats:
    """A server that is none of ours: its own JetStream, its own accounts, a port that stays."""

    def __init__(self, folder) -> None:
        self.port = free_port()
        self._config, self._process = folder / "city-nats.conf", None
        self._config.write_text(
            f'host: "127.0.0.1"\nport: {self.port}\njetstream {{ store_dir: "{folder / "city-jetstream"}" }}\n'
            f'authorization {{ users: [\n  {{ user: platform, password: "p-secret" }}\n'
            f'  {{ user: gw-1, password: "{SECRET}", permissions: {{ publish: "readings.*.gw-1" }} }}\n] }}\n',
            "utf-8",
        )

    def start(self) -> None:
        self._process = subprocess.Popen(
            [str(binary()), "-c", str(self._config)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        until(self._listens, 20, "the city's NATS")

    def end(self, number: int = signal.SIGKILL) -> None:
        self._process.send_signal(number)
        self._process.wait(20)

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
        except OSError:
            return False
        return True

    async def publish(self, body: dict) -> None:
        url = f"nats://127.0.0.1:{self.port}"
        async with asyncio.timeout(10):
            gateway = await nats.connect(url, user="gw-1", password=SECRET, allow_reconnect=False)
            await gateway.publish("readings.json.gw-1", json.dumps(body).encode())
            await gateway.flush()
            await gateway.close()


@contextmanager
def a_city_with_a_nats_of_its_own(folder):
    server = CityNats(folder)
    server.start()
    city = Sensed(folder)
    told = city.config.read_text("utf-8")
    url = f'nats = "nats://platform:p-secret@127.0.0.1:{server.port}"\n'
    city.config.write_text(told.replace("port = 0\nmqtt_port = 0\n", url, 1), "utf-8")
    try:
        with city.running():
            city.import_devices()
            yield city, server
    finally:
        server.end(signal.SIGTERM)


def over_http(city, body: dict) -> httpx.Response:
    bearer = {"Authorization": f"Bearer {KEY}"}
    return httpx.post(f"{city.url}/v1/observations", json=body, headers=bearer, timeout=15)


def test_readings_become_cases_over_the_citys_own_nats_also_after_it_was_away(tmp_path):
    with a_city_with_a_nats_of_its_own(tmp_path) as (city, server):
        assert not (city.data / "run" / "nats.json").exists()  # none of ours was started
        until(lambda: over_http(city, burning("S-3", now_ms())).status_code == 202, 60, "its stream")
        asyncio.run(server.publish(burning("S-2", now_ms())))
        until(lambda: {"room-2", "room-3"} <= rooms(city), 60, f"a case each: {city.opened()}")

        server.end()
        refused = over_http(city, burning("S-3", now_ms()))
        assert (refused.status_code, refused.json()["code"]) == (503, "error.telemetry.away")
        assert city.report(1).status_code == 200  # who reports an emergency does not notice

        server.start()
        asyncio.run(server.publish(burning("S-4", now_ms())))
        until(lambda: "room-4" in rooms(city), 60, "what came after it")
        assert over_http(city, burning("S-3", now_ms())).status_code == 202


def test_a_platform_whose_nats_is_away_at_the_start_works_without_and_begins_when_it_comes(tmp_path):
    server = CityNats(tmp_path)
    city = Sensed(tmp_path)
    told = city.config.read_text("utf-8")
    url = f'nats = "nats://platform:p-secret@127.0.0.1:{server.port}"\n'
    city.config.write_text(told.replace("port = 0\nmqtt_port = 0\n", url, 1), "utf-8")
    with city.running():
        city.import_devices()
        assert city.report(1).status_code == 200
        assert over_http(city, burning("S-3", now_ms())).json()["code"] == "error.telemetry.away"
        server.start()
        try:
            until(lambda: over_http(city, burning("S-3", now_ms())).status_code == 202, 60, "its stream")
            until(lambda: "room-3" in rooms(city), 60, "its case")
        finally:
            server.end()
    assert "p-secret" not in (tmp_path / "serve.log").read_text("utf-8", "replace")


def rooms(city) -> set[str]:
    """Where fires were found; the emergency a person reported is none of them."""
    return {one.split(":")[1] for one in city.opened() if one.startswith("room-fire:")}

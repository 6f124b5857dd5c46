"""The whole way: a device tells over MQTT, a gateway over NATS, a network server over HTTP; a case is on the board."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import time
from contextlib import contextmanager
from pathlib import Path

import httpx
import nats
import pytest

from bongsu.drills.processes import descendants
from bongsu.telemetry.nats import mqtt
from fakes.running import KEY, Platform

pytestmark = pytest.mark.timeout(400)

DEVICES = """id,kind,observes,lon,lat,site,ward,source
S-1,fire_detector,smoke temperature,127.1001,37.5101,room-1,,
S-2,fire_detector,smoke temperature,127.1051,37.5141,room-2,,gw-1
S-3,fire_detector,smoke temperature,127.1101,37.5181,room-3,,POLICE112
S-4,fire_detector,smoke temperature,127.1151,37.5221,room-4,,gw-1
"""


class Sensed(Platform):
    """A platform that listens to devices."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        told = self.config.read_text("utf-8")
        self.config.write_text(
            told.replace("[[partners]]", "[telemetry]\nenabled = true\nport = 0\nmqtt_port = 0\n[[partners]]", 1),
            "utf-8",
        )

    def import_devices(self) -> None:
        register = self.folder / "devices.csv"
        register.write_text(DEVICES, "utf-8")
        done = self.bongsu("import", "devices", str(register), "--data", str(self.data))
        assert done.returncode == 0, done.stderr

    def admit(self, name: str, role: str) -> str:
        done = self.bongsu("devices", "admit", name, "--as", role, "--data", str(self.data))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def place(self) -> dict:
        return json.loads((self.data / "run" / "nats.json").read_text())

    def entries(self) -> list[dict]:
        done = self.bongsu("journal", "--data", str(self.data), "--json")
        return [json.loads(line) for line in done.stdout.splitlines()]

    def opened(self) -> list[str]:
        """The occurrences that opened a case."""
        return [
            entry["report"]["occurrence"]
            for entry in self.entries()
            if entry.get("report") and any(step["what"] == "opened" for step in entry["steps"])
        ]

    def reported(self, rule: str) -> set[str]:
        """Every occurrence of a rule that anything was reported of."""
        every = (entry["report"]["occurrence"] for entry in self.entries() if entry.get("report"))
        return {one for one in every if one.startswith(f"{rule}:")}


def burning(device: str, at_ms: int) -> dict:
    told = {"smoke": 0.8, "temperature": 70.0}
    rows = [
        {"device": device, "observed_property": name, "result": result, "phenomenon_time_ms": at_ms}
        for name, result in told.items()
    ]
    return {"readings": rows}


def now_ms() -> int:
    return time.time_ns() // 1_000_000


def until(look, within_s: float, what: str):
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if seen := look():
            return seen
        time.sleep(0.1)
    pytest.fail(f"not within {within_s} s: {what}")


async def over_mqtt(place: dict, name: str, secret: str, topic: str, body: dict) -> bool:
    """Publish at QoS 1; whether it was acknowledged."""
    reader, writer = await asyncio.open_connection(place["host"], place["mqtt_port"])
    try:
        writer.write(mqtt.connect(name, name, secret))
        if (await reader.readexactly(4))[3]:
            return False
        writer.write(mqtt.publish(topic, json.dumps(body).encode(), number=1))
        async with asyncio.timeout(10):
            return bool(await reader.readexactly(4))
    except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
        return False
    finally:
        writer.close()


async def over_nats(place: dict, name: str, secret: str, body: dict) -> None:
    url = f"nats://{place['host']}:{place['port']}"
    async with asyncio.timeout(5):  # a server that ends while we come in is tried again for two minutes
        connection = await nats.connect(url, user=name, password=secret, allow_reconnect=False)
        await connection.publish(f"readings.json.{name}", json.dumps(body).encode())
        await connection.flush()
        await connection.close()


async def waiting(place: dict) -> int:
    """How many messages are not acknowledged."""
    url = f"nats://{place['host']}:{place['port']}"
    connection = await nats.connect(url, user="bongsu", password=place["password"], allow_reconnect=False)
    told = await connection.jetstream().consumer_info("readings", "telemetry")
    await connection.close()
    return told.num_pending + told.num_ack_pending


@contextmanager
def a_sensed_city(folder: Path):
    city = Sensed(folder)
    with city.running() as process:
        city.import_devices()
        until(lambda: (city.data / "run" / "nats.json").exists(), 30, "the queue")
        yield city, process


def test_a_fire_told_by_a_device_a_gateway_and_a_network_server_is_a_case_each_and_survives_a_kill(tmp_path):
    with a_sensed_city(tmp_path) as (city, process):
        secret, gateway = city.admit("S-1", "device"), city.admit("gw-1", "gateway")
        told_ms = now_ms()
        assert asyncio.run(over_mqtt(city.place(), "S-1", secret, "readings/json/S-1", burning("S-1", told_ms)))
        asyncio.run(over_nats(city.place(), "gw-1", gateway, burning("S-2", told_ms)))
        answer = httpx.post(
            f"{city.url}/v1/observations",
            json=burning("S-3", told_ms),
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=10,
        )
        assert (answer.status_code, answer.json()["queued"]) == (202, 2)
        until(lambda: sum("room-fire" in one for one in city.opened()) == 3, 30, f"three cases: {city.opened()}")

        # Acknowledged, so that the queue tells it no more; and what the rules remember of it is not on the disk.
        until(lambda: list((city.data / "archive" / "smoke").rglob("*.parquet")), 30, "the archive")
        until(lambda: asyncio.run(waiting(city.place())) == 0, 30, "the acknowledgement")
        (city.data / "telemetry" / "rules.bin").unlink(missing_ok=True)
        killed = next(pid for pid in descendants(process.pid) if _is_telemetry(pid))
        os.kill(killed, signal.SIGKILL)
        until(lambda: any(_is_telemetry(pid) for pid in descendants(process.pid) if pid != killed), 60, "a new one")

        def told_again() -> bool:
            try:
                asyncio.run(over_nats(city.place(), "gw-1", gateway, burning("S-2", told_ms)))
            except (OSError, nats.errors.Error):
                return False
            return True

        until(told_again, 120, "the queue again")
        later_ms = now_ms()
        asyncio.run(over_nats(city.place(), "gw-1", gateway, burning("S-2", later_ms)))
        asyncio.run(over_nats(city.place(), "gw-1", gateway, burning("S-4", later_ms)))
        until(lambda: any("room-4" in one for one in city.opened()), 60, "what came after it")
        assert len(city.reported("room-fire:room-2")) == 1  # the fire that was known before the kill is no new one


def test_nobody_speaks_without_a_secret_or_for_somebody_else(tmp_path):
    with a_sensed_city(tmp_path) as (city, _process):
        secret = city.admit("S-1", "device")
        place, body = city.place(), burning("S-2", now_ms())
        assert not asyncio.run(over_mqtt(place, "S-1", "guess", "readings/json/S-1", body))
        # MQTT 3.1.1 has no word for "you may not": the server acknowledges it, and lets it go no further.
        asyncio.run(over_mqtt(place, "S-1", secret, "readings/json/gw-1", body))
        assert asyncio.run(over_mqtt(place, "S-1", secret, "readings/json/S-1", body))
        assert asyncio.run(over_mqtt(place, "S-1", secret, "readings/json/S-1", burning("S-1", now_ms())))
        until(lambda: any("room-1" in one for one in city.opened()), 30, "its own case")
        assert not any("room-2" in one for one in city.opened())


def _is_telemetry(pid: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return b"telemetry" in words and b"part" in words

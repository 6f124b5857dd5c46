"""A city that listens to its data hub, both whole platforms: what the hub measures becomes a case, over both deaths."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from bongsu.drills.processes import descendants
from fakes.running import Platform
from integration.telemetry.test_whole import Sensed, until

pytestmark = pytest.mark.timeout(400)

OURS, THEIRS = "what the city shows the hub", "what the hub shows the city"
KIND = "FireDetectorObserved"
DEVICES = "id,kind,observes,lon,lat,site,ward,source\n" + "".join(
    f"H-{n},fire_detector,smoke temperature,127.1{n}01,37.5101,hall-{n},,DHB\n" for n in range(5)
)
READING = """
[[hub.reading]]
type = "{kind}"
attribute = "{name}"
device = "H-{{last}}"
property = "{name}"
unit = "{unit}"
"""


class DataHub(Platform):
    """A platform whose NGSI-LD door is open to one partner, the city."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.env |= {"BONGSU_PARTNER_CITY_KEY": OURS}
        more = '[[partners]]\ncode = "CITY"\nname = "시"\nagency = "city"\nmay_share = true\n'
        allowed = '[ngsi_ld]\nnetworks = ["127.0.0.0/8"]\n'
        self.config.write_text(allowed + self.config.read_text("utf-8") + more, "utf-8")

    def ask(self, method: str, path: str, body: object = None) -> httpx.Response:
        headers = {"Authorization": f"Bearer {OURS}", "Content-Type": "application/json"}
        return httpx.request(method, f"{self.url}/ngsi-ld/v1{path}", json=body, headers=headers, timeout=10)

    def measures(self, number: int, smoke: float) -> bool:
        """A detector tells the hub what it measures; whether the hub took it."""
        now = datetime.now(UTC).isoformat()
        told = {"smoke": smoke, "temperature": 70.0 if smoke else 20.0}
        entity = {name: {"type": "Property", "value": value, "observedAt": now} for name, value in told.items()}
        entity |= {"id": f"urn:ngsi-ld:{KIND}:{number}", "type": KIND}
        try:
            return self.ask("POST", "/entityOperations/upsert", [entity]).is_success
        except httpx.TransportError:
            return False

    def subscriptions(self) -> list[str]:
        return [one["id"] for one in self.ask("GET", "/subscriptions").json()]


class ListeningCity(Sensed):
    """A city with telemetry that listens to the hub."""

    def __init__(self, folder: Path, hub: DataHub) -> None:
        folder.mkdir()
        super().__init__(folder)
        self.env |= {"BONGSU_PARTNER_DHB_KEY": THEIRS, "BONGSU_PARTNER_DHB_OUR_KEY": OURS}
        root = f"{hub.url}/ngsi-ld/v1"
        more = f'[[partners]]\ncode = "DHB"\nname = "데이터허브"\nagency = "datahub"\nurl = "{root}"\n'
        self.config.write_text(self.config.read_text("utf-8") + more, "utf-8")
        self.data.mkdir(exist_ok=True)
        readings = [
            READING.format(kind=KIND, name=name, unit=unit) for name, unit in (("smoke", "1"), ("temperature", "CEL"))
        ]
        text = f'[[hub]]\npartner = "DHB"\nurl = "{root}"\n' + "".join(readings)
        (self.data / "hubs.toml").write_text(text, "utf-8")

    def fires(self) -> list[str]:
        """The halls of which a case was opened, once for each."""
        return sorted(one.split(":")[1] for one in self.opened() if one.startswith("room-fire:"))


def test_what_a_hub_measures_becomes_a_case_once_over_the_death_of_either(tmp_path):
    hub = DataHub(tmp_path / "hub")
    city = ListeningCity(tmp_path / "city", hub)
    with ExitStack() as standing:
        hub_process = standing.enter_context(hub.running())
        with city.running() as process:
            (tmp_path / "devices.csv").write_text(DEVICES, "utf-8")
            done = city.bongsu("import", "devices", str(tmp_path / "devices.csv"), "--data", str(city.data))
            assert done.returncode == 0, done.stderr
            until(lambda: (city.data / "run" / "nats.json").exists(), 30, "the queue")
            (subscription,) = until(hub.subscriptions, 60, "the city's subscription at the hub")
            assert hub.measures(0, 0.0)
            assert hub.measures(1, 0.8)
            until(lambda: city.fires() == ["hall-1"], 60, "the case of what the hub measured")
            kill_all(hub_process.pid)
            hub_process.wait(20)
        # Nobody listens while this is measured: it is asked for at the start.
        hub_process = standing.enter_context(hub.running())
        assert hub.measures(2, 0.8)
        with city.running() as process:
            until(lambda: city.fires() == ["hall-1", "hall-2"], 60, "what was measured while the city was away")
            until(lambda: hub.measures(3, 0.8), 10, "the hub")
            until(lambda: "hall-3" in city.fires(), 60, "what is measured now")
            kill_all(process.pid)
            process.wait(20)
        assert hub.measures(4, 0.8)
        with city.running():
            until(lambda: "hall-4" in city.fires(), 60, "what was measured while the city was dead")
        assert city.fires() == ["hall-1", "hall-2", "hall-3", "hall-4"]
        assert hub.subscriptions() == [subscription]


def kill_all(pid: int) -> None:
    for one in (pid, *descendants(pid)):
        os.kill(one, signal.SIGKILL)

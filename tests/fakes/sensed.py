"""A whole platform that listens to devices: a home under care, a lobby and an alley, told over HTTP and MQTT."""

from __future__ import annotations

import json
import os
import signal
import socket
import time
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

import httpx

from bongsu.drills import processes
from bongsu.telemetry.nats import mqtt
from fakes.running import KEY, Platform, a_register

GATEWAY = "POLICE112"
"""The one partner that may tell readings over HTTP; it speaks for these devices."""

HOME = "home-7"
REGISTER = f"""id,name,kind,observes,lon,lat,site,ward,source
plug-1,로비 콘센트,power_meter,power temperature,127.1001,37.5101,lobby,,{GATEWAY}
door-1,로비 현관,door,door_open battery,127.1002,37.5103,lobby,,{GATEWAY}
bin-1,시장 휴지통,bin,fill temperature smoke,127.0998,37.5105,,,{GATEWAY}
bin-2,역 앞 휴지통,bin,fill,127.0996,37.5107,,,{GATEWAY}
motion-7,안방 활동 감지기,activity,motion help,127.1003,37.5102,{HOME},ward-7,{GATEWAY}
smoke-1,101호 화재 감지기,fire_detector,smoke temperature gas,127.1000,37.5100,room-1,,
"""
SERVICES = "[services.elder_care]\n[services.room_fire]\n[services.smart_bins]\n"
MINUTE_MS = 60_000

Reading = tuple[str, str, float, int]
"""Device, observed property, result, Unix milliseconds."""


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class Sensed(Platform):
    """A platform with telemetry on, five cameras along the street its devices stand in."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.secret = ""
        told = self.config.read_text("utf-8")
        telemetry = "[telemetry]\nenabled = true\nport = 0\nmqtt_port = 0\n[[partners]]"
        self.config.write_text(told.replace("[[partners]]", telemetry, 1) + SERVICES, "utf-8")

    def bring_in(self) -> None:
        """The cameras and devices, through their importers; call it while it runs."""
        cameras = a_register(self.folder / "cctv.csv")
        devices = self.folder / "devices.csv"
        devices.write_text(REGISTER, "utf-8")
        for what, path in (("cctv", cameras), ("devices", devices)):
            done = self.bongsu("import", what, str(path), "--data", str(self.data))
            assert done.returncode == 0, done.stderr

    def admit(self, name: str, role: str) -> str:
        """The secret of somebody who may speak to the queue."""
        done = self.bongsu("devices", "admit", name, "--as", role, "--data", str(self.data))
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def without_telemetry(self):
        """Telemetry is killed, and nobody starts it anew within this: the parent that would is stopped."""
        parent = _parent_of(self.core_pid())
        os.kill(parent, signal.SIGSTOP)
        try:
            server = next(pid for pid in processes.descendants(parent) if _name_of(pid) == "nats-server")
            os.kill(_parent_of(server), signal.SIGKILL)
            yield
        finally:
            os.kill(parent, signal.SIGCONT)

    def link(self, name: str) -> str:
        """An address that signs a user in once."""
        told = self.bongsu("user", "link", name, "--url", self.url, "--data", str(self.data))
        return told.stdout.strip()

    def tell(self, readings: Iterable[Reading]) -> None:
        """Hand readings in over HTTP, as a network server does."""
        rows = list(readings)
        answer = httpx.post(
            f"{self.url}/v1/observations",
            json={"readings": [_told(row) for row in rows]},
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=10,
        )
        assert (answer.status_code, answer.json()["queued"]) == (202, len(rows)), answer.text

    def tell_over_mqtt(self, device: str, secret: str, readings: Iterable[Reading]) -> None:
        """Publish readings at QoS 1 as the device itself."""
        place = json.loads((self.data / "run" / "nats.json").read_text())
        _publish(place, device, secret, {"readings": [_told(row) for row in readings]})


def _parent_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()[1])


def _name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text("ascii").strip()


def _told(reading: Reading) -> dict[str, object]:
    return dict(zip(("device", "observed_property", "result", "phenomenon_time_ms"), reading, strict=True))


def _publish(place: dict, device: str, secret: str, body: dict) -> None:
    with socket.create_connection((place["host"], place["mqtt_port"]), timeout=10) as line:
        line.sendall(mqtt.connect(device, device, secret))
        assert _answer(line)[3] == 0, "the queue refused the device"
        line.sendall(mqtt.publish(f"readings/json/{device}", json.dumps(body).encode(), number=1))
        _answer(line)


def _answer(line: socket.socket) -> bytes:
    """The four bytes of a CONNACK or PUBACK."""
    told = b""
    while len(told) < 4:
        more = line.recv(4 - len(told))
        assert more, "the queue hung up"
        told += more
    return told

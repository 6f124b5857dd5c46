"""A whole platform in a temporary folder: five cameras on one street, started as its users start it."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import httpx

from bongsu.settings import environment

BONGSU = [sys.executable, "-m", "bongsu.cli"]
KEY = "k" * 32
READY_WITHIN_S = 60.0
HEADER = (
    "관리기관명,소재지도로명주소,소재지지번주소,설치목적구분,카메라대수,카메라화소수,촬영방면정보,보관일수,설치연월,"
    "관리기관전화번호,WGS84위도,WGS84경도,데이터기준일자"
)
SQUARE = (127.1001, 37.5101)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as door:
        return door.getsockname()[1]


def free_ports(many: int) -> int:
    """The first of so many ports in a row, all free a moment ago."""
    while True:
        first = free_port()
        doors: list[socket.socket] = []
        try:
            doors += [socket.create_server(("127.0.0.1", first + number)) for number in range(many)]
        except OSError:
            continue
        for door in doors:
            door.close()
        return first


def a_register(path: Path, count: int = 5) -> Path:
    """A 13-column register of cameras along one street, two metres of latitude apart."""
    rows = [
        f"한빛시,은하대로 {n},,생활방범,1,200,,30,2024-01,02-000-0000,{37.51 + n * 2e-5:.6f},127.1000,2026-01-01"
        for n in range(count)
    ]
    path.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")
    return path


class Platform:
    """One data folder and the ports of what runs on it."""

    def __init__(self, folder: Path, cameras_port: int = 9, police_port: int = 0, videos: int = 1) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.config = folder / "bongsu.toml"
        self.port, self.video_port = free_port(), free_ports(videos)
        self.url = f"http://127.0.0.1:{self.port}"
        self.env = {**environment({}), "BONGSU_PARTNER_POLICE112_KEY": KEY, "BONGSU_PARTNER_POLICE112_OUR_KEY": KEY}
        listens = f'url = "http://127.0.0.1:{police_port}"\n' if police_port else ""
        self.config.write_text(
            '[city]\nname = "한빛시"\nname_en = "Hanbit"\n'
            f'[web]\nport = {self.port}\npublic_url = "{self.url}"\n'
            f'[video]\nprocesses = {videos}\nport = {self.video_port}\npublic_url = "ws://127.0.0.1:{self.video_port}"\n'
            f'stream_url = "rtsp://127.0.0.1:{cameras_port}/{{id}}"\n'
            '[[partners]]\ncode = "POLICE112"\nname = "112"\nagency = "police112"\nmay_observe = true\n'
            f"{listens}"
            '[services.police_video]\nkinds = ["robbery", "assault", "stalking", "theft", "break_in"]\n',
            "utf-8",
        )

    def bongsu(self, *words: str, told: str = "") -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            [*BONGSU, *words], input=told, capture_output=True, text=True, env=self.env, timeout=60, check=False
        )

    @contextmanager
    def running(self):
        """Start it, wait until it is usable, end it by its pid."""
        log = (self.folder / "serve.log").open("ab")
        process = subprocess.Popen(
            [*BONGSU, "serve", "--config", str(self.config)], stdout=log, stderr=log, env=self.env
        )
        try:
            self.wait_ready()
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
            log.close()

    def wait_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.05)
        raise AssertionError((self.folder / "serve.log").read_text("utf-8", "replace")[-2000:])

    def core_pid(self) -> int:
        return json.loads((self.data / "run" / "core.json").read_text())["pid"]

    def report(self, number: int, step: str = "10", **more: object) -> httpx.Response:
        """A robbery 10 m exact, each number 110 m farther north than the one before: nobody takes two for one."""
        body = {
            "key": f"K{number}-{step}",
            "occurrence": f"O{number}",
            "step": step,
            "kind": "robbery",
            "occurred_at": "2026-11-22T12:00:00+09:00",
            "lon": SQUARE[0],
            "lat": SQUARE[1] + 0.001 * number,
            "accuracy_m": 10.0,
            "status": "Exercise",
        } | more
        return httpx.post(f"{self.url}/v1/reports", json=body, headers={"Authorization": f"Bearer {KEY}"}, timeout=10)

"""A whole platform with two video processes here and one on "another machine", started as its users start it."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import connect

from bongsu.core.processes import Tls
from bongsu.drills.processes import descendants, listener_of
from fakes.certificates import Authority
from fakes.running import BONGSU, Platform, free_port

pytestmark = [pytest.mark.video, pytest.mark.timeout(300)]

TABLE = '[video.tls]\nca = "{}"\ncert = "{}"\nkey = "{}"\n'


def a_platform(folder: Path, tls: Tls, control: int, port: int) -> Platform:
    made = Platform(folder, videos=2)
    node = (
        f'[[video.nodes]]\nname = "video-b"\npublic_url = "ws://127.0.0.1:{port}"\n'
        f'control = "127.0.0.1:{control}"\n{TABLE.format(tls.ca, tls.cert, tls.key)}'
    )
    made.config.write_text(made.config.read_text("utf-8") + node, "utf-8")
    told = "kim long enough\n"
    made.bongsu("user", "add", "kim", "--role", "operator", "--password-stdin", "--data", str(made.data), told=told)
    return made


def the_other_machine(folder: Path, tls: Tls, control: int, port: int, origin: str) -> subprocess.Popen[bytes]:
    folder.mkdir()
    config = folder / "bongsu.toml"
    config.write_text(
        f'[web]\npublic_url = "{origin}"\n'
        f'[video]\nname = "video-b"\nport = {port}\ncontrol = "127.0.0.1:{control}"\n'
        f"{TABLE.format(tls.ca, tls.cert, tls.key)}",
        "utf-8",
    )
    with (folder / "video.log").open("ab") as log:
        return subprocess.Popen([*BONGSU, "video", "--config", str(config)], stdout=log, stderr=log)


class Board:
    """What the live board says of video to somebody signed in."""

    def __init__(self, platform: Platform, client: httpx.Client) -> None:
        self.cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        self.url = platform.url
        self.client = client

    def session(self) -> dict[str, Any]:
        return self.client.get("/v1/session").json()

    async def told(self, then: Any, *expected: str) -> float:
        """Once exactly these live, how long it took; `then` is done when the board is open."""
        socket = self.url.replace("http", "ws", 1) + "/v1/live"
        async with connect(socket, additional_headers={"Cookie": self.cookie}, max_size=None) as ws:
            began_s: float | None = None
            while True:
                message = await ws.recv()
                word = json.loads(message) if isinstance(message, str) else {"what": ""}
                if began_s is None:
                    then()
                    began_s = time.monotonic()
                if word["what"] == "videos" and {one["name"] for one in word["videos"] if one["alive"]} == {*expected}:
                    return time.monotonic() - began_s


async def test_the_processes_of_two_machines_are_told_of_and_a_death_at_once(tmp_path: Path) -> None:
    authority, control, port = Authority(tmp_path / "tls"), free_port(), free_port()
    (tmp_path / "here").mkdir()
    platform = await asyncio.to_thread(a_platform, tmp_path / "here", authority.issue("core"), control, port)
    other = the_other_machine(tmp_path / "there", authority.issue("video-b"), control, port, platform.url)
    running = platform.running()
    parent = await asyncio.to_thread(running.__enter__)
    try:
        with httpx.Client(base_url=platform.url, timeout=10, trust_env=False) as client:
            client.post("/v1/session", json={"name": "kim", "password": "kim long enough"}).raise_for_status()
            board = Board(platform, client)
            async with asyncio.timeout(120):
                await board.told(lambda: None, "video", "video-2", "video-b")
                urls = {one["name"]: one["url"] for one in board.session()["videos"]}
                assert urls == {
                    "video": f"ws://127.0.0.1:{platform.video_port}",
                    "video-2": f"ws://127.0.0.1:{platform.video_port + 1}",
                    "video-b": f"ws://127.0.0.1:{port}",
                }
                csp = client.get("/").headers.get("content-security-policy", "")
                assert all(url in csp for url in urls.values())
                victim = listener_of(platform.video_port, descendants(parent.pid))
                took_s = await board.told(lambda: os.kill(victim, signal.SIGKILL), "video-2", "video-b")
                assert took_s < 2.0
                health = client.get("/healthz")
                assert health.status_code == 200
                await board.told(lambda: None, "video", "video-2", "video-b")  # the parent has started it again
                took_s = await board.told(lambda: os.kill(other.pid, signal.SIGTERM), "video", "video-2")
                assert took_s < 15.0
                assert board.session()["video_url"] == urls["video"]
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)
        other.send_signal(signal.SIGTERM)
        other.wait(20)


@pytest.mark.parametrize(
    ("command", "more", "said"),
    [
        ("video", "", "bongsu video needs [video] control"),
        ("serve", '[video]\ncontrol = "127.0.0.1:1"\n', "start it with bongsu video"),
        ("video", '[video]\ncontrol = "127.0.0.1:1"\n[video.tls]\nca = "none.pem"\n', "certificates"),
        ("serve", '[[video.nodes]]\nname = "b"\npublic_url = "ws://b"\ncontrol = "b:1"\n', "certificates"),
    ],
)
def test_settings_that_cannot_work_stop_the_start_with_a_sentence(tmp_path, command, more, said):
    config = tmp_path / "bongsu.toml"
    ports = f"[web]\nport = {free_port()}\n"
    config.write_text(ports + more, "utf-8")
    done = subprocess.run(
        [*BONGSU, command, "--config", str(config)], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 2, done.stderr
    assert said in done.stderr

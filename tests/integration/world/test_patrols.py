"""Patrol cars introduce themselves once, report five times a second, and come back after the platform was away."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bongsu.world import patrols, scene
from fakes.world import a_scene


class Door(ThreadingHTTPServer):
    """An observations door that keeps what it is sent; it forgets the units once and refuses the first push."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Knock)
        self.bodies: list[dict[str, list[dict[str, object]]]] = []
        self.keys: set[str] = set()
        self.enough = threading.Event()


class Knock(BaseHTTPRequestHandler):
    server: Door

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        bodies = self.server.bodies
        bodies.append(body)
        self.server.keys.add(self.headers["Authorization"])
        if len(bodies) >= 8:
            self.server.enough.set()
        answer = json.dumps({"accepted": 1, "unknown": 1 if len(bodies) == 4 else 0, "shed": 0}).encode()
        self.send_response(503 if len(bodies) == 1 else 202)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def door() -> Iterator[Door]:
    with Door() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def test_units_are_introduced_until_they_are_known(door: Door, tmp_path: Path) -> None:
    path = scene.save(a_scene(), tmp_path)
    stop = threading.Event()
    url = f"http://127.0.0.1:{door.server_address[1]}"
    runner = threading.Thread(target=patrols.run, args=(path, url, "k" * 24, stop))
    runner.start()
    assert door.enough.wait(20)
    stop.set()
    runner.join(10)
    introduced = ["units" in body for body in door.bodies[:7]]
    assert introduced == [True, True, False, False, True, False, False]
    assert door.keys == {"Bearer " + "k" * 24}
    first, later = door.bodies[2]["observations"][0], door.bodies[3]["observations"][0]
    step = int(str(later["phenomenon_time_ms"])) - int(str(first["phenomenon_time_ms"]))
    assert 100 < step < 600

"""Patrol cars that report where they are, through the public door, as a dispatch system's terminals would."""

from __future__ import annotations

import math
import threading
import time
from pathlib import Path

import httpx
import structlog

from bongsu.world import scene as scenes
from bongsu.world.scene import Scene
from bongsu.world.traffic import Traffic

HZ = 5.0
_log = structlog.get_logger("bongsu.world.patrols")


def run(scene_path: Path, url: str, key: str, stop: threading.Event | None = None) -> None:
    """Push the positions of all patrol cars to `url` + /v1/observations at 5 Hz until `stop` is set.

    `key` is the partner's bearer key. A platform that is away is tried again every second; when it is
    back the units are introduced anew.
    """
    scene = scenes.load(scene_path)
    traffic = Traffic(scene)
    stop = stop or threading.Event()
    known = False
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=5.0) as client:
        while not stop.is_set():
            body = positions(scene, traffic, time.time_ns() // 1_000_000)
            known = push(client, body if known else body | introductions(traffic))
            wait = 1 / HZ - time.time() % (1 / HZ) if known else 1.0
            stop.wait(wait)


def unit_id(number: int) -> str:
    """The id of the nth patrol car."""
    return f"P-{number + 1:02}"


def introductions(traffic: Traffic) -> dict[str, object]:
    """The units of the observations door: who the patrol cars are."""
    rows = range(len(traffic.patrols))
    return {"units": [{"id": unit_id(n), "name": f"순찰 {n + 1:02}호", "kind": "patrol"} for n in rows]}


def positions(scene: Scene, traffic: Traffic, ms: int) -> dict[str, object]:
    """The body of one observation push: every patrol car at a Unix time in ms."""
    moment = traffic.at(ms)
    speeds = traffic.speeds_mps(ms)
    told: list[dict[str, object]] = []
    for number, row in enumerate(traffic.patrols.tolist()):
        x, y = moment.xy[row].tolist()
        east, north = moment.towards[row].tolist()
        where = scene.plane.to_point(x, y)
        told.append(
            {
                "unit": unit_id(number),
                "lon": round(where.lon, 7),
                "lat": round(where.lat, 7),
                "speed_mps": round(float(speeds[row]), 2),
                "heading_deg": round(math.degrees(math.atan2(east, north)) % 360, 1) % 360,
                "phenomenon_time_ms": ms,
            }
        )
    return {"observations": told}


def push(client: httpx.Client, body: dict[str, object]) -> bool:
    """Push one body of positions; False when it was not taken, or some of its units are not known yet."""
    try:
        answer = client.post("/v1/observations", json=body)
        answer.raise_for_status()
    except httpx.HTTPError as problem:
        _log.warning("patrols.not_taken", problem=type(problem).__name__)
        return False
    unknown = answer.json().get("unknown", 0)
    return bool(unknown == 0)

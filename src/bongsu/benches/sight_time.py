"""How long "who sees this place" takes in a metropolis: 37,000 cameras, 60,000 buildings, asked where it is dense."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from bongsu.city import City
from bongsu.core.asset import Building, Camera, Ground
from bongsu.core.geo import Plane, Point
from bongsu.settings import CameraSettings

CAMERAS = 37_000
BUILDINGS = 60_000
RUNS = 3
WITHIN_M = 500.0
AT_MOST = 5
SEOUL = Point(126.99, 37.55)
QUARTERS = 420
QUARTER_M = 220.0
CITY_M = 9_000.0
"""Spread of the quarters; with their own spread this gives Seoul's 110 or so cameras within 500 m of a camera."""


def measure(register: Sequence[Camera], *, queries: int, seed: int = 7) -> dict[str, Any]:
    """Median over three runs of a query's p50 and p99 in ms by the wall clock, and p99 by the processor's.

    The processor's is what the query costs; the wall clock's adds whatever else the machine was doing.

    The cameras are the register's where one is given, else a made crowd of Seoul's density. Places are drawn
    around cameras, so that dense quarters are asked most; every building stands near some camera.
    """
    chance = random.Random(seed)
    cameras = register or crowd(chance)
    ground = Ground(buildings=_houses(cameras, chance))
    began = time.perf_counter()
    city = City(cameras, ground, CameraSettings())
    built_s = time.perf_counter() - began
    runs = [_ask(city, cameras, chance, queries) for _ in range(RUNS)]
    return {
        "query_ms_p50": round(statistics.median(run.p50 for run in runs), 3),
        "query_ms_p99": round(statistics.median(run.p99 for run in runs), 3),
        "query_cpu_ms_p99": round(statistics.median(run.cpu_p99 for run in runs), 3),
        "query_cameras": len(cameras),
        "query_buildings": len(ground.buildings),
        "query_source": "register" if register else "made at Seoul's density",
        "city_built_s": round(built_s, 2),
    }


def crowd(chance: random.Random, count: int = CAMERAS) -> tuple[Camera, ...]:
    """Cameras in clusters, as a metropolis has them; none knows its heading, as in the Seoul register."""
    plane = Plane(SEOUL)
    centres = [(chance.gauss(0, CITY_M), chance.gauss(0, CITY_M)) for _ in range(QUARTERS)]
    cameras = []
    for number in range(count):
        x, y = chance.choice(centres)
        where = plane.to_point(x + chance.gauss(0, QUARTER_M), y + chance.gauss(0, QUARTER_M))
        cameras.append(Camera(id=f"C{number:05}", name=f"C{number:05}", where=where))
    return tuple(cameras)


def _houses(cameras: Sequence[Camera], chance: random.Random) -> tuple[Building, ...]:
    plane = Plane(SEOUL)
    houses = []
    for number in range(BUILDINGS):
        x, y = plane.to_xy(chance.choice(cameras).where)
        x, y = x + chance.gauss(0, 40), y + chance.gauss(0, 40)
        w, h = chance.uniform(4, 15), chance.uniform(4, 15)
        corners = ((-w, -h), (w, -h), (w, h), (-w, h), (-w, -h))
        ring = [plane.to_point(x + dx, y + dy) for dx, dy in corners]
        houses.append(Building(id=number, ring=tuple((p.lon, p.lat) for p in ring)))
    return tuple(houses)


class _Run(NamedTuple):
    """Milliseconds."""

    p50: float
    p99: float
    cpu_p99: float


def _ask(city: City, cameras: Sequence[Camera], chance: random.Random, queries: int) -> _Run:
    wall, cpu = [], []
    for _ in range(queries):
        near = chance.choice(cameras).where
        where = Point(near.lon + chance.gauss(0, 2e-4), near.lat + chance.gauss(0, 2e-4))
        began, began_cpu = time.perf_counter(), time.thread_time()
        city.who_sees(where, within_m=WITHIN_M, at_most=AT_MOST)
        cpu.append((time.thread_time() - began_cpu) * 1e3)
        wall.append((time.perf_counter() - began) * 1e3)
    p50, p99 = np.percentile(wall, (50, 99))
    return _Run(float(p50), float(p99), float(np.percentile(cpu, 99)))

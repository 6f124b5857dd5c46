"""How much faster than real time the simulated city runs on one core, without video, at the fullest hour of the day.

A second of the city means: everybody who is out is brought to it and placed on the street, every crew is placed as it
would be reported, and what happens in it is told. Measured in the process's own time on one core, and by the wall.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bongsu.core.clock import KST
from bongsu.world import maker, scene, setting
from bongsu.world.annals import Annals
from bongsu.world.crews import Crews
from bongsu.world.maker.sizes import SIZES
from bongsu.world.people import People
from bongsu.world.plot import Plot
from bongsu.world.scenario import Scenario
from bongsu.world.weather import Climate

LIMITS = {"ratio": 10.0}
"""Simulated seconds in a second at the size of a city."""

START = datetime(2026, 11, 24, 18, 0, tzinfo=KST)
RATES = {"crime": 5.0, "accident": 4.0, "medical": 4.0, "fire": 1.0, "lost": 1.0}


def run(
    sizes: Sequence[str] = tuple(SIZES),
    *,
    seconds: int = 300,
    cities: Path = Path("out/worlds"),
    say: Callable[[str], None] = lambda line: None,
) -> dict[str, Any]:
    """The ratio of each size, cities being made in a folder where they are not yet there; `ratio` is the city's."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    try:
        found = {word: _of_size(word, seconds, cities, say) for word in sizes}
    finally:
        os.sched_setaffinity(0, cores)
    ratio = found["city"]["ratio"] if "city" in found else None
    return {"limits": LIMITS, "ratio": ratio, "seconds": seconds, "sizes": found}


def _of_size(word: str, seconds: int, cities: Path, say: Callable[[str], None]) -> dict[str, Any]:
    folder = cities / f"{word}-1"
    if not (folder / scene.FILE_NAME).exists():
        say(f"making {word} in {folder} …")
        maker.make(folder, 1, word, say)
    say(f"{word}: people move in …")
    began = time.process_time()
    city = _City(scene.load(folder))
    city.second(START - timedelta(seconds=1))
    ready = time.process_time()
    cpu_s, wall_s = _timed(city, seconds)
    return {
        "people": len(city.setting.homes),
        "out": city.people.count(START.timestamp()),
        "crews": len(city.crews.crews),
        "ratio": round(seconds / cpu_s, 1),
        "ratio_by_wall": round(seconds / wall_s, 1),
        "set_up_cpu_s": round(ready - began, 1),
        "memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _timed(city: _City, seconds: int) -> tuple[float, float]:
    """Processor and wall seconds that so many seconds of the city take."""
    cpu, wall = time.process_time(), time.perf_counter()
    for nth in range(seconds):
        city.second(START + timedelta(seconds=nth))
    return time.process_time() - cpu, time.perf_counter() - wall


class _City:
    """Everything that moves and happens, second by second."""

    def __init__(self, whole: scene.Scene) -> None:
        scenario = Scenario(name="bench", title="", title_en="", size="", start=START, seed=1, rates=RATES)
        self.setting = setting.of_scene(whole, scenario.seed)
        self.people = People(self.setting.streets, self.setting.homes, Climate(seed=1, where=whole.origin))
        self.crews = Crews(self.setting, scenario.seed)
        self._annals = Annals(Plot(scenario, self.setting))

    def second(self, at: datetime) -> None:
        """Bring everything to the end of a second."""
        at_s = at.timestamp()
        self.people.crowd(at_s)
        for crew in self.crews.crews:
            self.crews.where(crew, at_s)
        for _ in self._annals.lines(at - timedelta(seconds=1), at):
            pass

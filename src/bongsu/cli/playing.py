"""What `bongsu world run` does: a scenario played against the clock, or its truth told at once."""

from __future__ import annotations

import signal
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import msgspec

from bongsu.core.asset import UnitKind
from bongsu.settings import load, secrets_for
from bongsu.world import conduct, maker
from bongsu.world import scenario as scenarios
from bongsu.world import scene as scenes
from bongsu.world.conduct import Conductor, Reporter
from bongsu.world.scenario import Scenario
from bongsu.world.scene import Scene

HOUR_S = 3600.0
POLICE, FIRE = "POLICE112", "FIRE119"


def rehearse(name: str, city: Path | None, for_s: float) -> None:
    """Print the truth of so many simulated seconds, one JSON line each."""
    scenario = scenarios.load(name)
    with _scene(scenario, city) as scene:
        for line in conduct.rehearse(scene, scenario, for_s):
            sys.stdout.buffer.write(line + b"\n")


def play(
    name: str,
    city: Path | None,
    config: Path | None,
    folder: Path,
    *,
    speed: float | None = None,
    into_s: float = 0.0,
    for_s: float | None = None,
) -> None:
    """Play until the time is over, a signal comes or, as a part of the demo, the parent is gone."""
    scenario = scenarios.load(name)
    if speed is not None:
        scenario = msgspec.structs.replace(scenario, speed=speed)
    stop = threading.Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    with _scene(scenario, city) as scene:
        Conductor(scene, scenario, folder, into_s=into_s).play(_reporters(config), stop, for_s)


def _reporters(config: Path | None) -> tuple[Reporter, ...]:
    """Crews report through the partners that may observe: patrols by the police, the others by the fire service."""
    if config is None:
        return ()
    settings = load(config)
    keys = secrets_for(settings).theirs
    may = [partner.code for partner in settings.partners if partner.may_observe and partner.code in keys]
    url = f"http://127.0.0.1:{settings.web.port}"
    whose: dict[str, list[UnitKind]] = {}
    for kind in UnitKind:
        usual = POLICE if kind is UnitKind.PATROL else FIRE
        code = usual if usual in may else next(iter(may), "")
        if code:
            whose.setdefault(code, []).append(kind)
    return tuple(Reporter(url=url, key=keys[code], kinds=tuple(kinds)) for code, kinds in whose.items())


@contextmanager
def _scene(scenario: Scenario, city: Path | None) -> Iterator[Scene]:
    """The made city, or one of the scenario's size made for this once."""
    if city is not None:
        yield scenes.load(city)
        return
    with tempfile.TemporaryDirectory(prefix="bongsu-city-") as made:
        maker.make(Path(made), 1, scenario.size)
        scene = scenes.load(Path(made))
    yield scene

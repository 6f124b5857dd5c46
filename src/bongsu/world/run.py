"""A running world as other processes find it: a folder with its course, its feed of calls, and where crews were sent.

`course.json` says which scenario plays and how its clock runs; `missions.jsonl` grows by a line for every order to a
crew. From these two a camera's process knows everything it shows; nothing else is shared.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from bongsu.core.errors import Invalid
from bongsu.world.clock import Course
from bongsu.world.crews import Mission
from bongsu.world.scenario import Scenario

COURSE, MISSIONS = "course.json", "missions.jsonl"


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """What plays, since when, and where crews can be sent from (`crews_url`, on loopback)."""

    scenario: Scenario
    course: Course
    crews_url: str = ""


def write(run: Run, folder: Path) -> None:
    """Tell everybody what plays; a run that was there before is over."""
    folder.mkdir(parents=True, exist_ok=True)
    fresh = folder / f"{COURSE}.new"
    fresh.write_bytes(msgspec.json.encode(run))
    fresh.replace(folder / COURSE)


def find(folder: Path) -> Run | None:
    """What plays in a folder; None when nothing does. Raises Invalid("scene.unreadable") for a file that is no run."""
    path = folder / COURSE
    try:
        return msgspec.json.decode(path.read_bytes(), type=Run)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError) as problem:
        raise Invalid("scene.unreadable", path=str(path), detail=str(problem)) from problem


class Missions:
    """A reader of a run's missions: each asking gives what was ordered since the last."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / MISSIONS
        self._at = 0
        self._file = 0

    def new(self) -> list[Mission]:
        """What was ordered since; a file made anew is read from its start."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return []
        if found.st_ino != self._file or found.st_size < self._at:
            self._file, self._at = found.st_ino, 0
        if found.st_size == self._at:
            return []
        with self._path.open("rb") as file:
            file.seek(self._at)
            read = file.read()
        whole = read[: read.rfind(b"\n") + 1]
        self._at += len(whole)
        return [msgspec.json.decode(line, type=Mission) for line in whole.splitlines()]


def note(mission: Mission, folder: Path) -> None:
    """Write one mission down."""
    with (folder / MISSIONS).open("ab", buffering=0) as file:
        file.write(msgspec.json.encode(mission) + b"\n")

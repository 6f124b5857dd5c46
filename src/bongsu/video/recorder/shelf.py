"""Where each camera's recordings lie: a folder named by us, two files an hour, and the terms they are kept on.

Several processes of one machine record into the same folders, each into files of its own name: none can tear what
another writes, and a reader finds all of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bongsu.core.recording import Keep

HOUR_US = 3_600_000_000
NAME_CHARS = 32


class Label(msgspec.Struct, frozen=True):
    """Whose folder it is, and the terms last heard for it: they hold on when the camera is no longer recorded."""

    camera: str
    keep: Keep


def shelf_of(camera: str) -> str:
    """The name of a camera's folder. A register's id never becomes part of a path."""
    return hashlib.sha256(camera.encode()).hexdigest()[:NAME_CHARS]


def hour_of(at_us: int) -> int:
    """Whole hours since 1970 of a moment in Unix microseconds."""
    return at_us // HOUR_US


def stem_of(hour: int, by: str) -> str:
    """How the files of an hour are called; `by` is the process that writes them, "" for the first of its machine."""
    return f"{hour}.{by}" if by else str(hour)


class Shelves:
    """The recordings under `<data folder>/recordings/`."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "recordings"

    def media(self, shelf: str, hour: int, by: str = "") -> Path:
        """The file of an hour's encrypted pictures."""
        return self.folder / shelf / f"{stem_of(hour, by)}.gops"

    def index(self, shelf: str, hour: int, by: str = "") -> Path:
        """The file that says where in it each moment lies."""
        return self.folder / shelf / f"{stem_of(hour, by)}.index"

    def hours(self, shelf: str) -> list[int]:
        """The hours that have recordings, whoever made them, oldest first."""
        return sorted({hour for hour, _ in self.parts(shelf)})

    def parts(self, shelf: str) -> list[tuple[int, str]]:
        """The same with who made them, in order: an hour that changed hands is there once for each."""
        names = (path.stem.partition(".") for path in (self.folder / shelf).glob("*.index"))
        return sorted((int(hour), by) for hour, _, by in names if hour.isdigit())

    def label(self, camera: str, keep: Keep, by: str = "") -> None:
        """Write down whose folder it is and on which terms it is kept; `by` is the process that says so."""
        folder = self.folder / shelf_of(camera)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        said = msgspec.json.encode(Label(camera, keep))
        path = folder / "label.json"
        if path.exists() and path.read_bytes() == said:
            return
        beside = path.with_suffix(f".{by}new")
        with beside.open("wb") as file:
            file.write(said)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)

    def labels(self) -> Iterator[Label]:
        """Every camera there are recordings of."""
        for path in sorted(self.folder.glob("*/label.json")):
            yield msgspec.json.decode(path.read_bytes(), type=Label)

    def remove(self, shelf: str, hour: int) -> None:
        """Take an hour's files away, whoever made them; one already gone is gone."""
        for ending in ("gops", "index"):
            for stem in (f"{hour}", f"{hour}.*"):
                for path in (self.folder / shelf).glob(f"{stem}.{ending}"):
                    path.unlink(missing_ok=True)

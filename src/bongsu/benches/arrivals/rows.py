"""What one run of one arm on one seed gave, kept as a line of JSON so that a run broken off goes on where it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

import bongsu
from bongsu.benches.arrivals.scene import Terms

SIMULATED = ("controllers", "crews", "ground", "junctions", "kinds", "net", "run", "scene", "street")


class Row(msgspec.Struct, frozen=True):
    """`there_s` by call from its ring to the arrival, None: never within the run; `lost_s` by car against free streets.

    `mark` is the hash of all that could change the figures: ground, terms, simulation, and for treatments the product.
    `draw` is which drivers' moods; `broken`: SUMO itself crashed, and nothing else of the row is told.
    """

    seed: int
    arm: str
    mark: str
    there_s: tuple[float | None, ...]
    lost_s: dict[str, float]
    teleports: int = 0
    engines_lost: int = 0
    took_s: float = 0.0
    draw: int = 0
    broken: bool = False


def mark_of(ground_mark: str, terms: Terms, *, with_product: bool) -> str:
    """The hash rows are kept under."""
    home = Path(bongsu.__file__).parent
    bench = home / "benches" / "arrivals"
    files = sorted(home.rglob("*.py")) if with_product else [bench / f"{name}.py" for name in SIMULATED]
    files += [] if with_product else sorted((home / "world" / "signals").glob("*.py"))
    parts = [
        ground_mark.encode(),
        msgspec.json.encode(terms, order="deterministic"),
        *(one.read_bytes() for one in files),
    ]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


class Kept:
    """The file of rows; `find` what is there already, `keep` what is new."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._rows = {(row.seed, row.arm, row.mark, row.draw): row for row in _read(path)}

    def find(self, seed: int, arm: str, mark: str, draw: int = 0) -> Row | None:
        """A row that was kept."""
        return self._rows.get((seed, arm, mark, draw))

    def keep(self, row: Row) -> None:
        """Append a row."""
        self._rows[row.seed, row.arm, row.mark, row.draw] = row
        with self._path.open("ab") as file:
            file.write(msgspec.json.encode(row) + b"\n")


def _read(path: Path) -> Iterable[Row]:
    """Every whole line; the last one may have been cut off."""
    if not path.is_file():
        return
    for line in path.read_bytes().splitlines():
        try:
            yield msgspec.json.decode(line, type=Row)
        except msgspec.DecodeError:
            continue

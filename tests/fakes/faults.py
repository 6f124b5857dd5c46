"""Faults put into a register that is otherwise as it came: what was done to which row, and how far it moved it."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bongsu.core.geo import Point, distance_m, is_on_earth

Row = list[str]
Pair = tuple[float, float]
"""Latitude and longitude."""
MOVED_M = 3_000.0
"""A fault that moves a place by less than this is not counted: nothing in a register gives it away."""


def _digit(place: int) -> Callable[[Pair, random.Random], tuple[str, str]]:
    """One digit of one coordinate mistyped; place 0 is the last before the point, 1 the first after it."""

    def spoil(pair: Pair, chance: random.Random) -> tuple[str, str]:
        texts = [f"{value:.6f}" for value in pair]
        which = chance.randrange(2)
        at = texts[which].index(".") + (place if place > 0 else -1)
        other = chance.choice([digit for digit in "0123456789" if digit != texts[which][at]])
        texts[which] = texts[which][:at] + other + texts[which][at + 1 :]
        return texts[0], texts[1]

    return spoil


def _minutes(value: float) -> float:
    """Degrees and minutes written as if they were degrees: 37°30' as 37.30."""
    return int(value) + (value - int(value)) * 0.6


def _plain(pair: Pair) -> tuple[str, str]:
    return f"{pair[0]:.6f}", f"{pair[1]:.6f}"


def _shifted(pair: Pair, chance: random.Random) -> tuple[str, str]:
    far, turn = chance.uniform(0.08, 0.2), chance.choice(((1, 1), (1, -1), (-1, 1), (-1, -1)))
    return _plain((pair[0] + turn[0] * far * 0.7, pair[1] + turn[1] * far * 0.7))


ALONE: dict[str, Callable[[Pair, random.Random], tuple[str, str]]] = {
    "swapped": lambda pair, _: _plain((pair[1], pair[0])),
    "sign": lambda pair, chance: _plain((-pair[0], pair[1]) if chance.random() < 0.5 else (pair[0], -pair[1])),
    "degree digit": _digit(0),
    "first decimal": _digit(1),
    "second decimal": _digit(2),
    "minutes": lambda pair, _: _plain((_minutes(pair[0]), _minutes(pair[1]))),
    "point lost": lambda pair, _: (f"{pair[0]:.6f}".replace(".", ""), f"{pair[1]:.6f}"),
    "shifted": _shifted,
}
"""Faults of single rows."""


@dataclass
class Seeded:
    """The rows with faults in them: row number from 1 → kind, for those that moved far enough to be seen."""

    rows: list[Row]
    kinds: dict[int, str] = field(default_factory=dict)
    too_near: int = 0

    def put(self, at: int, lat: int, lon: int, texts: tuple[str, str], kind: str) -> None:
        before = Point(float(self.rows[at][lon]), float(self.rows[at][lat]))
        self.rows[at] = list(self.rows[at])
        self.rows[at][lat], self.rows[at][lon] = texts
        after = Point(float(texts[1]), float(texts[0]))
        if is_on_earth(after) and distance_m(before, after) < MOVED_M:
            self.too_near += 1
        else:
            self.kinds[at + 1] = kind


def seed_faults(
    rows: Sequence[Row], lat: int, lon: int, good: Sequence[int], chance: random.Random, share: float = 0.03
) -> Seeded:
    """Spoil a share of the good rows (numbers from 1), one batch shifted together and one pile on a placeholder."""
    made = Seeded([list(row) for row in rows])
    picked = chance.sample(list(good), max(40, int(share * len(good))))
    sixth = len(picked) // 6
    batch, pile, alone = picked[:sixth], picked[sixth : 2 * sixth], picked[2 * sixth :]
    kinds = list(ALONE)
    for number, row in enumerate(alone):
        kind = kinds[number % len(kinds)]
        made.put(row - 1, lat, lon, ALONE[kind](_pair(rows[row - 1], lat, lon), chance), kind)
    north, east = chance.choice((-0.12, 0.12)), chance.choice((-0.1, 0.1))
    for row in batch:
        was = _pair(rows[row - 1], lat, lon)
        made.put(row - 1, lat, lon, _plain((was[0] + north, was[1] + east)), "batch shifted")
    centre = _pair(rows[chance.choice(list(good)) - 1], lat, lon)
    pile = [*pile, *chance.sample([row for row in good if row not in made.kinds], max(0, 100 - len(pile)))]
    for row in pile:
        if row not in made.kinds:
            made.rows[row - 1] = list(made.rows[row - 1])
            made.rows[row - 1][lat], made.rows[row - 1][lon] = f"{centre[0]:.4f}37", f"{centre[1]:.4f}37"
            made.kinds[row] = "placeholder"
    return made


def _pair(row: Row, lat: int, lon: int) -> Pair:
    return float(row[lat]), float(row[lon])

"""The three sizes of a made city: districts of a hundred thousand people each, laid side by side in a grid."""

from __future__ import annotations

from typing import NamedTuple

from bongsu.core.errors import Invalid
from bongsu.world.maker import names
from bongsu.world.maker.names import Book, Name

PEOPLE_A_DISTRICT = 100_000


class Size(NamedTuple):
    """A size: `columns` districts in a row, as many rows as it takes."""

    word: str
    name: Name
    columns: int
    districts: int

    @property
    def people(self) -> int:
        """How many people live in it; every one of them is simulated."""
        return self.districts * PEOPLE_A_DISTRICT

    def cells(self) -> list[tuple[int, int]]:
        """Column and row of every district."""
        return [(number % self.columns, number // self.columns) for number in range(self.districts)]

    def book(self, number: int) -> Book:
        """The names of a district."""
        column, row = self.cells()[number]
        return names.TOWN if self.districts == 1 else names.district(self.name, number, column, row)


class Count(NamedTuple):
    """How much there is in a made city."""

    cameras: int
    bells: int
    lamps: int
    roads: int
    road_km: int
    buildings: int
    stations: int


SIZES = {
    size.word: size
    for size in (
        Size("town", names.CITY, 1, 1),
        Size("city", names.CITY, 3, 5),
        Size("metropolis", names.METROPOLIS, 10, 50),
    )
}

COUNTED = {
    "town": Count(cameras=2_785, bells=161, lamps=5_273, roads=1_744, road_km=252, buildings=7_817, stations=7),
    "city": Count(cameras=13_776, bells=735, lamps=26_073, roads=8_507, road_km=1_250, buildings=40_286, stations=35),
    "metropolis": Count(
        cameras=138_246,
        bells=7_123,
        lamps=258_798,
        roads=85_707,
        road_km=12_580,
        buildings=398_953,
        stations=350,
    ),
}
"""What the cities that seed 1 makes hold; other seeds differ by a few in a hundred."""


def of(word: str) -> Size:
    """A size by its word; raise Invalid("world.size") for another word."""
    if word not in SIZES:
        raise Invalid("world.size", word=word, known=", ".join(SIZES))
    return SIZES[word]

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


SIZES = {
    size.word: size
    for size in (
        Size("town", names.CITY, 1, 1),
        Size("city", names.CITY, 3, 5),
        Size("metropolis", names.METROPOLIS, 10, 50),
    )
}


def of(word: str) -> Size:
    """A size by its word; raise Invalid("world.size") for another word."""
    if word not in SIZES:
        raise Invalid("world.size", word=word, known=", ".join(SIZES))
    return SIZES[word]

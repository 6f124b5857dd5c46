"""A row that stands away from the others of its neighbourhood is found, and nobody else is touched."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bongsu.imports.table.neighbours import Column, gaps_m
from fakes.city import at

QUARTERS = 9
ROWS_EACH = 40


def a_town(seed: int, spread_m: float = 350.0) -> tuple[list[tuple[float, float]], list[str]]:
    """Nine quarters of forty rows, two kilometres apart, in metres."""
    chance = np.random.default_rng(seed)
    homes = [(x * 2000.0, y * 2000.0) for x in range(3) for y in range(3)]
    spots = [
        (x + chance.normal(0, spread_m), y + chance.normal(0, spread_m)) for x, y in homes for _ in range(ROWS_EACH)
    ]
    return spots, [f"{name}동" for name in range(QUARTERS) for _ in range(ROWS_EACH)]


def gaps_of(spots: list[tuple[float, float]], *columns: Column) -> list[float]:
    where = [at(x, y) for x, y in spots]
    lon, lat = np.array([point.lon for point in where]), np.array([point.lat for point in where])
    return list(gaps_m(lon, lat, columns))


@given(st.integers(0, 10**6))
def test_nobody_stands_away_in_a_town_without_faults(seed: int) -> None:
    spots, labels = a_town(seed)
    assert gaps_of(spots, Column(labels)) == [0.0] * len(spots)


@given(st.integers(0, 10**6), st.floats(4500, 15_000), st.floats(0, 6.28), st.integers(0, ROWS_EACH * QUARTERS - 1))
def test_a_row_moved_by_some_kilometres_is_found_alone(seed: int, far_m: float, turn: float, row: int) -> None:
    spots, labels = a_town(seed)
    x, y = spots[row]
    spots[row] = (x + far_m * np.cos(turn), y + far_m * np.sin(turn))
    gaps = gaps_of(spots, Column(labels))
    assert [at for at, gap in enumerate(gaps) if gap] == [row]
    assert gaps[row] > 2000


def test_a_batch_that_moved_together_is_found_whole() -> None:
    spots, labels = a_town(1)
    moved = list(range(0, 60, 5))
    for row in moved:
        spots[row] = (spots[row][0] + 9000, spots[row][1] + 12_000)
    assert [at for at, gap in enumerate(gaps_of(spots, Column(labels))) if gap] == moved


def test_labels_that_do_not_tell_where_a_row_is_are_not_believed() -> None:
    """The office's address in every row, or one dragged down a spreadsheet."""
    spots, _ = a_town(2)
    chance = np.random.default_rng(2)
    shuffled = [f"{name}동" for name in chance.integers(0, QUARTERS, len(spots))]
    assert gaps_of(spots, Column(shuffled)) == [0.0] * len(spots)


def test_where_the_neighbourhood_says_nothing_the_district_does() -> None:
    spots, labels = a_town(3)
    districts = ["서구" if spot < len(spots) / 2 else "동구" for spot in range(len(spots))]
    labels[0] = ""
    spots[0] = (30_000.0, 2_000.0)
    gaps = gaps_of(spots, Column(labels), Column(districts, looser=3.0))
    assert [at for at, gap in enumerate(gaps) if gap] == [0]


def test_an_island_of_a_district_is_no_error() -> None:
    spots, labels = a_town(4)
    island = [(25_000.0 + 300 * n, 0.0) for n in range(8)]
    gaps = gaps_of(spots + island, Column([*labels, *[""] * 8]), Column(["다온구"] * (len(spots) + 8), looser=3.0))
    assert not any(gaps)


def test_too_few_rows_say_nothing() -> None:
    assert gaps_of([(0, 0), (9000, 0), (0, 9000)], Column(["가동"] * 3)) == [0.0] * 3
    assert gaps_of([], Column([])) == []

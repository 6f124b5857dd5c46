"""Thresholds are general: faults put into registers of several cities are caught, and no good row is lost.

A fault counts when it moves a place by 3 km or more; what moves less, nothing in a register gives away. Good is a row
that the untouched register keeps and whose place agrees with an outline of the district its address names, where there
is one: registers hold faults of their own. Gangnam and the made cities were
seen while the thresholds were found, so none of these is a city nobody had looked at.
"""

import csv
import io
import random
from pathlib import Path

import pytest
import shapely

from bongsu.benches import registers
from bongsu.core.asset import Boundary
from bongsu.imports import boundaries
from bongsu.imports.cctv_standard import read_bytes
from bongsu.imports.cctv_standard.forms import FORM
from bongsu.imports.table.addresses import district_of, quarter_of
from bongsu.imports.table.limits import Limits, limits_of, outside_named
from bongsu.imports.table.register import open_register
from fakes.faults import Row, seed_faults

SEEDS = (1, 2, 3)
MUNICIPALITIES = "boundaries/skorea_municipalities_geo_simple.json"
QUARTERS = "boundaries/skorea-submunicipalities-2018-topo-simple.json"


class Sheet:
    """A register's rows and where its coordinates stand."""

    def __init__(self, data: bytes, encoding: str, lat: int, lon: int, header: int) -> None:
        rows = list(csv.reader(io.StringIO(data.decode(encoding), newline="")))
        self.head, self.rows = rows[:header], rows[header:]
        self.lat, self.lon = lat, lon

    def data(self, rows: list[Row]) -> bytes:
        out = io.StringIO()
        csv.writer(out).writerows([*self.head, *rows])
        return out.getvalue().encode("utf-8")


def tally(sheet: Sheet, limits: Limits | None, truth: Limits | None) -> tuple[int, int, list[int]]:
    """Faults put in, faults missed, and the good rows lost, over all seeds."""
    _, clean = read_bytes(sheet.data(sheet.rows), limits=limits)
    spoilt = {row.row for row in clean.quarantined} | {repair.row for repair in clean.repairs} | doubtful(sheet, truth)
    good = [row for row in range(1, clean.rows + 1) if row not in spoilt]
    faults, missed, lost = 0, 0, []
    for seed in SEEDS:
        seeded = seed_faults(sheet.rows, sheet.lat, sheet.lon, good, random.Random(seed))
        _, quality = read_bytes(sheet.data(seeded.rows), limits=limits)
        caught = {row.row for row in quality.quarantined} | {repair.row for repair in quality.repairs}
        faults += len(seeded.kinds)
        missed += sum(row not in caught for row in seeded.kinds)
        untouched = [row for row in good if sheet.rows[row - 1] == seeded.rows[row - 1]]
        lost += [row for row in untouched if row in caught]
    return faults, missed, lost


def doubtful(sheet: Sheet, truth: Limits | None) -> set[int]:
    """Rows outside the district their own address names."""
    if truth is None:
        return set()
    register = open_register(sheet.data(sheet.rows), FORM, {}, None)
    quarters, districts = ([of(row) for row in register.cells] for of in (quarter_of, district_of))
    names = [q if q in truth.named else d for q, d in zip(quarters, districts, strict=True)]
    far = outside_named(truth.named, names, register.places.lon, register.places.lat)
    return {row + 1 for row in range(len(far)) if far[row]}


@pytest.mark.parametrize("seed", [11, 12])
def test_faults_in_a_made_metropolis_are_caught_and_nothing_else(seed: int, tmp_path: Path) -> None:
    path, _, _ = registers.write(tmp_path, seed=seed, cameras=9_000, lamps=1)
    faults, missed, lost = tally(Sheet(path.read_bytes(), "utf-8", 5, 6, 1), None, None)
    assert faults > 700
    assert 1 - missed / faults >= 0.99, (missed, faults)
    assert lost == []


@pytest.fixture(scope="module")
def of_2013(shared: Path) -> tuple[Boundary, ...]:
    return boundaries.read(shared / MUNICIPALITIES)[0]


def limits_within(path: Path, code: str) -> Limits:
    return limits_of(boundaries.read(path, within=code)[0])


def a_real(shared: Path, name: str, encoding: str, lat: int, lon: int, header: int = 1) -> Sheet:
    return Sheet((shared / f"kr-cctv/{name}.csv").read_bytes(), encoding, lat, lon, header)


def test_faults_in_seoul_are_caught_by_its_own_neighbours(shared: Path) -> None:
    sheet = a_real(shared, "seoul_cctv_2021", "utf-8", 2, 3, header=0)
    faults, missed, lost = tally(sheet, None, limits_within(shared / MUNICIPALITIES, "11"))
    assert faults > 3000
    assert 1 - missed / faults >= 0.99, (missed, faults)
    assert lost == []


def test_faults_in_gangnam_are_caught_by_its_own_neighbours(shared: Path) -> None:
    sheet = a_real(shared, "seoul_cctv_whatsmap_2021", "utf-8", 0, 1)
    faults, missed, lost = tally(sheet, None, limits_within(shared / MUNICIPALITIES, "11"))
    assert 1 - missed / faults >= 0.99, (missed, faults)
    assert lost == []


def test_faults_in_daejeon_are_caught_with_the_outline_of_its_neighbourhoods(shared: Path) -> None:
    """Without an outline 98 %: its register has faults of its own, and quarters with a handful of rows."""
    sheet = a_real(shared, "daejeon_cctv_standard_2026", "cp949", 12, 13)
    truth = limits_within(shared / MUNICIPALITIES, "25")
    faults, missed, lost = tally(sheet, limits_within(shared / QUARTERS, "25"), truth)
    assert 1 - missed / faults >= 0.99, (missed, faults)
    assert lost == []
    faults, missed, lost = tally(sheet, None, truth)
    assert 1 - missed / faults >= 0.975, (missed, faults)
    assert lost == []


def test_faults_in_a_country_town_need_the_outline_of_its_townships(shared: Path) -> None:
    """A 면 is as large as a city's district: without an outline a fault of 5 km may well be its next village."""
    sheet = a_real(shared, "jinju_cctv_20250501", "cp949", 3, 4)
    townships = limits_within(shared / QUARTERS, "38030")
    faults, missed, lost = tally(sheet, townships, townships)
    assert 1 - missed / faults >= 0.99, (missed, faults)
    assert lost == []


def test_limits_are_outlines_in_degrees(of_2013: tuple[Boundary, ...]) -> None:
    limits = limits_of(of_2013)
    assert shapely.contains_xy(limits.named["송파구"], 127.1, 37.51)
    assert not shapely.contains_xy(limits.area, 120.0, 37.0)

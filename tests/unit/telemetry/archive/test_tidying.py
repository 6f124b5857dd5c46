"""Many parts become few and say the same; days past their term are deleted, whole and no other."""

from __future__ import annotations

import pytest

from bongsu.core.asking import GetHistory
from bongsu.core.errors import Unavailable
from bongsu.settings import ArchiveSettings
from bongsu.telemetry.archive.parquet import count_rows
from bongsu.telemetry.archive.tidying import LARGE_BYTES, LOOSE, days_kept, worth_joining
from unit.telemetry.archive.city import BAND, DAY_MS, NOON_MS, OTHER, PLUG, REGISTER, Clock, an_archive, told


def asked(device=PLUG, name="power", days=1):
    return GetHistory(
        device=device.id, observed_property=name, from_ms=NOON_MS - days * DAY_MS, to_ms=NOON_MS + DAY_MS, at_most=5000
    )


def tidy(archive):
    while archive._tidier.step():
        pass


async def in_parts(archive, count):
    for at in range(count):
        archive.append(told((OTHER, "power", 2.0, NOON_MS + at), (PLUG, "power", float(at), NOON_MS + at)), REGISTER)
        await archive.flush()


async def test_many_parts_of_today_are_joined_while_it_lasts(tmp_path):
    archive = an_archive(tmp_path)
    await in_parts(archive, LOOSE)
    before = await archive.history(asked(), PLUG)
    tidy(archive)
    (part,) = tmp_path.rglob("*.parquet")
    assert count_rows(part) == 2 * LOOSE
    assert await archive.history(asked(), PLUG) == before


async def test_few_parts_of_today_are_left_alone(tmp_path):
    archive = an_archive(tmp_path)
    await in_parts(archive, LOOSE - 1)
    tidy(archive)
    assert len(list(tmp_path.rglob("*.parquet"))) == LOOSE - 1


async def test_a_day_that_is_over_is_one_part_with_each_row_once(tmp_path):
    clock = Clock()
    archive = an_archive(tmp_path, clock)
    await in_parts(archive, 2)
    await in_parts(archive, 3)
    clock.now_ms += DAY_MS
    tidy(archive)
    (part,) = tmp_path.rglob("*.parquet")
    assert count_rows(part) == 6
    assert (await archive.history(asked(), PLUG)).mean == [0.0, 1.0, 2.0]


async def test_a_part_that_cannot_be_read_is_set_aside_and_the_others_are_joined(tmp_path):
    clock = Clock()
    archive = an_archive(tmp_path, clock)
    await in_parts(archive, 3)
    broken = min(tmp_path.rglob("*.parquet"))
    broken.write_bytes(b"PAR1 nonsense PAR1")
    with pytest.raises(Unavailable, match="archive.damaged"):
        await archive.history(asked(), PLUG)
    clock.now_ms += DAY_MS
    tidy(archive)
    assert (await archive.history(asked(), PLUG)).mean == [1.0, 2.0]
    assert archive.figures()["damaged_parts"] == 1
    assert len(list(tmp_path.rglob("*.damaged"))) == 1


async def test_days_past_their_term_are_deleted_and_counted_each_property_by_its_own(tmp_path):
    clock = Clock()
    archive = an_archive(tmp_path, clock, days=10, days_of={"energy": 20}, wards_days=2)
    archive.append(
        told((PLUG, "power", 1.0, NOON_MS), (PLUG, "energy", 2.0, NOON_MS), (BAND, "heart_rate", 3.0, NOON_MS)),
        REGISTER,
    )
    await archive.flush()
    left = {}
    for day in (0, 2, 3, 10, 11, 20, 21):
        clock.now_ms = NOON_MS + day * DAY_MS
        tidy(archive)
        left[day] = sorted(path.parent.parent.name for path in (tmp_path / "archive").rglob("part-*"))
    assert left == {
        0: ["energy", "power", "sealed"],
        2: ["energy", "power", "sealed"],
        3: ["energy", "power"],
        10: ["energy", "power"],
        11: ["energy"],
        20: ["energy"],
        21: [],
    }
    assert archive.figures()["retired_days"] == 3


async def test_what_is_not_named_as_a_day_is_left_alone(tmp_path):
    clock = Clock()
    archive = an_archive(tmp_path, clock, days=1)
    own = tmp_path / "archive" / "power" / "notes" / "mine.txt"
    own.parent.mkdir(parents=True)
    own.write_text("keep")
    clock.now_ms += 5 * DAY_MS
    tidy(archive)
    assert own.read_text() == "keep"


def test_wards_terms_are_their_own():
    terms = ArchiveSettings(days=100, days_of={"power": 5}, wards_days=7)
    assert [days_kept(terms, name) for name in ("power", "energy", "sealed")] == [5, 100, 7]


def test_large_parts_are_never_joined():
    assert worth_joining([("a", LARGE_BYTES), ("b", LARGE_BYTES)], 2, any_size=True) == []
    sizes = [(str(at), LARGE_BYTES // 4) for at in range(9)]
    assert worth_joining(sizes, 2, any_size=True) == ["0", "1", "2", "3"]


def test_parts_are_joined_with_those_of_their_size():
    sizes = [("large", 4_000_000), *((str(at), 1000) for at in range(LOOSE))]
    assert "large" not in worth_joining(sizes, LOOSE, any_size=False)

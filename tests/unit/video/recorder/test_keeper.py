"""Recordings go on time and for good, held ones never, the least worth first when the disk is full; each is told."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from bongsu.core.recording import Erased, Held, Keep, Orders, Why
from bongsu.video.recorder import Reader
from bongsu.video.recorder.erasures import Erasures
from bongsu.video.recorder.keeper import AT_ONCE, SWEEP_S, Keeper
from bongsu.video.recorder.retention import Stock, overdue, to_shed
from bongsu.video.recorder.shelf import HOUR_US, hour_of
from fakes.tapes import NOW_US, Deck, pictures

DAY_US = 24 * HOUR_US
BEGIN_US = hour_of(NOW_US) * HOUR_US


class Disk:
    """A volume that is full until so many looks were taken at it."""

    def __init__(self, *shares: float) -> None:
        self.shares = list(shares)

    def used(self, _):
        return self.shares.pop(0) if len(self.shares) > 1 else self.shares[0]


class Night:
    """Recordings, a keeper, and a clock to turn."""

    def __init__(self, folder, disk):
        self.deck = Deck(folder)
        self.now_us = BEGIN_US
        self.open = False
        self.keeper = Keeper(
            self.deck.shelves,
            self.deck.vault,
            is_open=lambda shelf, hour: self.open,
            full_share=0.8,
            now=lambda: datetime.fromtimestamp(self.now_us / 1e6, UTC),
            used=disk.used,
        )

    def record(self, camera, *hours, keep=None):
        self.keeper.label(Orders({camera: keep or Keep()}))
        for hour in hours:
            self.deck.record(pictures(BEGIN_US + hour * HOUR_US, 30), camera=camera)

    def hours_of(self, camera):
        spans = Reader(self.deck.folder).spans(camera, 0, BEGIN_US + 10_000 * HOUR_US)
        return [(span.start_us - BEGIN_US) // HOUR_US for span in spans]

    def sweep(self, *held):
        self.keeper.sweep(Orders(held=held))


@pytest.fixture
def disk():
    return Disk(0.1)


@pytest.fixture
def night(tmp_path, disk):
    night = Night(tmp_path, disk)
    yield night
    night.deck.end()


def test_an_hour_goes_before_any_moment_of_it_is_older_than_it_may_be(night):
    night.record("cam", 0, 1, keep=Keep(7))
    night.now_us = BEGIN_US + 7 * DAY_US - int(3 * SWEEP_S * 1e6)
    night.sweep()
    assert night.hours_of("cam") == [0, 1]
    night.now_us = BEGIN_US + 7 * DAY_US - int(SWEEP_S * 1e6)  # the next sweep would come too late
    night.sweep()
    assert night.hours_of("cam") == [1]


def test_what_is_deleted_is_unrecoverable_and_leaves_no_file(night):
    night.record("cam", 0)
    (key,) = (night.deck.folder / "keys" / "recordings").rglob("*.key")
    night.now_us = BEGIN_US + 30 * DAY_US
    night.sweep()
    assert not key.exists()
    assert not list((night.deck.folder / "recordings").rglob("*.gops"))


def test_the_key_goes_before_the_data(night, monkeypatch):
    night.record("cam", 0)
    night.now_us = BEGIN_US + 30 * DAY_US
    monkeypatch.setattr(night.deck.shelves, "remove", lambda *_: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        night.sweep()
    assert night.hours_of("cam") == []
    assert list((night.deck.folder / "recordings").rglob("*.gops"))


def test_each_camera_is_kept_as_long_as_it_may_be(night):
    night.record("short", 0, keep=Keep(3))
    night.record("long", 0, keep=Keep(90))
    night.now_us = BEGIN_US + 4 * DAY_US
    night.sweep()
    assert (night.hours_of("short"), night.hours_of("long")) == ([], [0])


def test_a_camera_no_longer_recorded_keeps_its_terms(night):
    night.record("gone", 0, keep=Keep(3))
    night.now_us = BEGIN_US + 3 * DAY_US
    night.sweep()
    assert night.hours_of("gone") == []


def test_what_is_under_legal_hold_stays_until_it_is_released(night):
    night.record("cam", 0, 1, 2)
    night.now_us = BEGIN_US + 40 * DAY_US
    hold = Held("cam", (BEGIN_US + HOUR_US) // 1000 + 5, (BEGIN_US + HOUR_US) // 1000 + 10)
    night.sweep(hold, Held("other", 0, 2**50))
    assert night.hours_of("cam") == [1]
    night.sweep()
    assert night.hours_of("cam") == []


def test_each_stretch_of_hours_is_told_until_it_is_noted(night):
    night.record("cam", 0, 1, 5)
    night.now_us = BEGIN_US + 40 * DAY_US
    night.sweep()
    told = night.keeper.erasures.untold()
    assert [(one.camera, one.why, one.to_ms - one.from_ms) for one in told] == [
        ("cam", Why.RETENTION, 2 * 3_600_000),
        ("cam", Why.RETENTION, 3_600_000),
    ]
    after_a_crash = Erasures(night.deck.shelves.folder)
    assert after_a_crash.untold() == told
    after_a_crash.settle(told[0].id)
    assert Erasures(night.deck.shelves.folder).untold() == told[1:]


def test_nothing_is_deleted_that_was_not_written_down_first(night, monkeypatch):
    night.record("cam", 0)
    night.sweep()  # it has read its list, and keeps the folder from now on
    night.now_us = BEGIN_US + 40 * DAY_US
    monkeypatch.setattr(night.keeper.erasures, "_write", lambda: (_ for _ in ()).throw(OSError))
    with pytest.raises(OSError):
        night.sweep()
    assert night.hours_of("cam") == [0]


def test_a_full_disk_takes_the_lowest_priority_first_and_of_it_the_oldest(night, disk):
    night.record("crime", 0, 1, keep=Keep(30, 3))
    night.record("waste", 3, 4, keep=Keep(30, 0))
    night.now_us = BEGIN_US + 10 * HOUR_US
    disk.shares = [0.9, 0.9, 0.7]
    night.sweep(Held("waste", (BEGIN_US + 3 * HOUR_US) // 1000, (BEGIN_US + 3 * HOUR_US) // 1000 + 1))
    assert night.keeper.shed == 3
    assert (night.hours_of("waste"), night.hours_of("crime")) == ([3], [])
    assert {one.why for one in night.keeper.erasures.untold()} == {Why.SHED}


def test_no_more_is_shed_than_the_disk_needs(night, disk):
    night.record("cam", *range(AT_ONCE + 3))
    night.now_us = BEGIN_US + 100 * HOUR_US
    disk.shares = [0.9, 0.9, 0.7]
    night.sweep()
    assert night.hours_of("cam") == [AT_ONCE, AT_ONCE + 1, AT_ONCE + 2]
    assert not night.keeper.full


def test_where_nothing_is_left_to_shed_nothing_more_is_recorded(night, disk):
    disk.shares = [0.95]
    night.record("cam", 0)
    night.sweep()
    assert night.hours_of("cam") == [0]  # the hour that is now is not shed
    assert night.keeper.full
    disk.shares = [0.5]
    night.sweep()
    assert not night.keeper.full


def test_an_hour_that_is_being_written_is_left_alone(night):
    night.record("cam", 0)
    night.now_us = BEGIN_US + 40 * DAY_US
    night.open = True
    night.sweep()
    assert night.hours_of("cam") == [0]


def test_the_order_of_shedding_is_priority_then_age():
    stock = [Stock(f"c{n % 7}", 100 - n, Keep(30, n % 3)) for n in range(50)]
    order = to_shed(stock, ())
    assert len(order) == 50
    assert all((a.keep.priority, a.hour) <= (b.keep.priority, b.hour) for a, b in pairwise(order))


def test_what_is_not_overdue_by_then_stays():
    stock = [Stock("c", hour, Keep(1)) for hour in range(100, 130)]
    gone = overdue(stock, (), (110 + 24) * HOUR_US)
    assert [one.hour for one in gone] == list(range(100, 111))


def test_an_erasure_reads_as_it_was_written(tmp_path):
    one = Erased("a1", "cam", 0, 3_600_000, Why.SHED, 5)
    Erasures(tmp_path).add([one])
    assert Erasures(tmp_path).untold() == [one]

"""Several processes record into one folder: all of it is read, one keeps it, and the death of one stops nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bongsu.core.recording import Keep, Orders
from bongsu.video.claim import Claim
from bongsu.video.recorder import Reader
from bongsu.video.recorder.keeper import GRACE_US, Keeper
from bongsu.video.recorder.shelf import HOUR_US, hour_of, shelf_of
from fakes.tapes import NOW_US, TICK_US, Deck, pictures

BEGIN_US = hour_of(NOW_US) * HOUR_US
DAY_US = 24 * HOUR_US
LONG_AFTER_US = BEGIN_US + 40 * DAY_US


class Machine:
    """A folder, the decks of its processes, and a keeper in each."""

    def __init__(self, folder, *names):
        self.folder = folder
        self.now_us = BEGIN_US
        self.used = 0.1
        self.decks = {name: Deck(folder, name) for name in names}
        self.keepers = {name: self.a_keeper(name) for name in names}

    def a_keeper(self, name):
        deck = self.decks[name]
        return Keeper(
            deck.shelves,
            deck.vault,
            is_open=deck.writer.is_open,
            full_share=0.8,
            now=lambda: datetime.fromtimestamp(self.now_us / 1e6, UTC),
            used=lambda _: self.used,
            by=name,
        )

    def record(self, name, camera="cam", at_us=BEGIN_US, count=30, keep=None):
        self.keepers[name].label(Orders({camera: keep or Keep()}))
        self.decks[name].record(pictures(at_us, count), camera=camera)

    def spans(self, camera="cam"):
        found = Reader(self.folder).spans(camera, 0, BEGIN_US + 10_000 * HOUR_US)
        return [(span.start_us - BEGIN_US, span.end_us - BEGIN_US) for span in found]

    def end(self):
        for keeper in self.keepers.values():
            keeper.close()
        for deck in self.decks.values():
            deck.end()


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path, "", "video-2")
    yield machine
    machine.end()


def test_what_one_recorded_and_what_another_took_over_is_one_past_with_a_gap_between(machine):
    lasts = 30 * TICK_US
    machine.record("", at_us=BEGIN_US)
    machine.record("video-2", at_us=BEGIN_US + lasts + 2_000_000)
    machine.record("", at_us=BEGIN_US + 3 * lasts + 9_000_000)
    begins = [0, lasts + 2_000_000, 3 * lasts + 9_000_000]
    assert machine.spans() == [(begin, begin + lasts) for begin in begins]
    pieces = list(Reader(machine.folder).pieces("cam", BEGIN_US, BEGIN_US + HOUR_US))
    assert [starts for starts, _, _ in pieces] == [True] * 3
    places = [one.arrival_us for _, _, frames in pieces for one in frames]
    assert places == sorted(places)
    assert len(places) == 90


def test_neither_touches_what_the_other_writes_in_the_same_hour(machine):
    machine.record("", at_us=BEGIN_US)
    before = machine.decks[""].shelves.media(shelf_of("cam"), hour_of(BEGIN_US)).read_bytes()
    machine.record("video-2", at_us=BEGIN_US + 60_000_000)
    assert machine.decks[""].shelves.media(shelf_of("cam"), hour_of(BEGIN_US)).read_bytes() == before
    shelf = machine.folder / "recordings" / shelf_of("cam")
    hour = hour_of(BEGIN_US)
    assert {path.name for path in shelf.glob("*.gops")} == {f"{hour}.gops", f"{hour}.video-2.gops"}
    keys = machine.folder / "keys" / "recordings" / shelf_of("cam")
    assert len({path.read_bytes() for path in keys.glob("*.key")}) == 2


def test_one_of_them_keeps_the_folder_and_what_it_deletes_of_all_is_told_once(machine):
    machine.record("", keep=Keep(7))
    machine.record("video-2", at_us=BEGIN_US + 60_000_000, keep=Keep(7))
    machine.decks["video-2"].end()
    machine.now_us = LONG_AFTER_US
    for name in ("video-2", ""):
        machine.keepers[name].sweep(Orders())
    assert machine.spans() == []
    assert not list((machine.folder / "keys" / "recordings").rglob("*.key"))
    assert not list((machine.folder / "recordings").rglob("*.gops"))
    assert len(machine.keepers["video-2"].untold()) == 1
    assert machine.keepers[""].untold() == []


def test_when_the_keeper_dies_another_deletes_and_tells_of_what_it_had_not_been_told_is_noted(machine):
    machine.record("", keep=Keep(7))
    machine.now_us = LONG_AFTER_US
    machine.keepers["video-2"].sweep(Orders())
    (told,) = machine.keepers["video-2"].untold()
    machine.keepers["video-2"].close()  # as the kernel does for a process that is killed
    machine.record("video-2", camera="other", keep=Keep(7))
    heir = machine.keepers[""]
    heir.sweep(Orders())
    assert machine.spans("other") == []
    assert [one.camera for one in heir.untold()] == ["cam", "other"]
    heir.settle(told.id)
    assert [one.camera for one in heir.untold()] == ["other"]


def test_recordings_of_a_process_that_is_no_more_go_on_time(machine):
    machine.record("video-2", keep=Keep(7))
    machine.now_us = LONG_AFTER_US
    machine.keepers[""].sweep(Orders())
    assert machine.spans() == []


def test_an_hour_that_has_just_ended_is_not_shed_under_the_hands_of_another_process(machine):
    machine.record("video-2")
    machine.used = 0.95
    machine.now_us = BEGIN_US + HOUR_US + GRACE_US // 2
    machine.keepers[""].sweep(Orders())
    assert len(machine.spans()) == 1
    machine.now_us = BEGIN_US + HOUR_US + 2 * GRACE_US
    machine.keepers[""].sweep(Orders())
    assert machine.spans() == []


def test_who_does_not_keep_the_folder_stops_recording_only_when_the_keeper_could_not_make_room(machine):
    machine.keepers["video-2"].sweep(Orders())
    machine.used = 0.95
    other = machine.keepers[""]
    other.label(Orders({"cam": Keep()}))
    other.sweep(Orders())
    assert not other.full
    other.sweep(Orders())
    assert other.full
    machine.used = 0.5
    other.sweep(Orders())
    assert not other.full


def test_a_folder_of_before_is_read_and_kept_as_it_was(tmp_path):
    before = Machine(tmp_path, "")
    before.record("", keep=Keep(7))
    before.end()
    after = Machine(tmp_path, "", "video-2")
    after.record("video-2", at_us=BEGIN_US + 60_000_000, keep=Keep(7))
    assert len(after.spans()) == 2
    after.decks["video-2"].end()
    after.now_us = LONG_AFTER_US
    after.keepers["video-2"].sweep(Orders())
    assert after.spans() == []
    after.end()


def test_a_claim_is_one_process_s_and_free_when_it_lets_go(tmp_path):
    one, other = Claim(tmp_path / "x" / "lock"), Claim(tmp_path / "x" / "lock")
    assert (one.take(), one.take(), other.take()) == (True, True, False)
    assert (one.is_held, other.is_held) == (True, False)
    one.let_go()
    assert other.take()
    other.let_go()

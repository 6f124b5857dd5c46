"""What was recorded is read back by the clock: exact durations, gaps as gaps, and nothing that cannot be trusted."""

from __future__ import annotations

import random

import pytest

from bongsu.video.codec import Header
from bongsu.video.ingest import Frame
from bongsu.video.recorder import Reader, Span
from bongsu.video.recorder.shelf import HOUR_US, hour_of, shelf_of
from fakes.tapes import HEADER, NOW_US, TICK_US, Deck, pictures

S = 1_000_000


@pytest.fixture
def deck(tmp_path):
    deck = Deck(tmp_path)
    yield deck
    deck.end()


def frames_of(reader, from_us, to_us, camera="cam"):
    return [item for item in reader.read(camera, from_us, to_us) if isinstance(item, Frame)]


def test_what_was_recorded_comes_back_as_it_was(deck):
    given = pictures(NOW_US, 100)
    deck.record(given)
    items = list(Reader(deck.folder).read("cam", NOW_US, NOW_US + 60 * S))
    assert items[0] == HEADER
    assert items[1:] == given


def test_five_hundred_random_spans_with_gaps_are_never_off_by_more_than_a_frame(deck):
    chance = random.Random(4)
    truth, at_us = [], NOW_US
    for _ in range(60):
        count = chance.randrange(1, 400)
        # Arrivals shake by up to 300 ms and the camera's stamps do not: the stamps are what counts inside a span.
        shaken = [
            Frame(one.key, one.arrival_us + (chance.randrange(300_000) if nth else 0), one.pts_us, one.wire)
            for nth, one in enumerate(pictures(at_us, count, pts_us=chance.randrange(10**9)))
        ]
        deck.record(shaken)
        truth.append((at_us, at_us + count * TICK_US))
        at_us += count * TICK_US + chance.randrange(S, 90 * S)
    reader = Reader(deck.folder)
    for _ in range(500):
        begin = chance.randrange(NOW_US - 30 * S, at_us)
        end = begin + chance.randrange(1, 300 * S)
        expected = sum(max(0, min(end, there) - max(begin, here)) for here, there in truth)
        told = sum(span.end_us - span.start_us for span in reader.spans("cam", begin, end))
        assert abs(told - expected) <= TICK_US
        seen = sorted(one.arrival_us for one in frames_of(reader, begin, end) if one.arrival_us >= begin)
        touched = sum(1 for here, there in truth if here < end and there > begin)
        assert abs(len(seen) * TICK_US - expected) <= TICK_US * max(1, touched)
        assert len(seen) == len(set(seen))


def test_a_reading_begins_at_the_keyframe_at_or_before_the_moment(deck):
    deck.record(pictures(NOW_US, 300))
    first = frames_of(Reader(deck.folder), NOW_US + 5 * S, NOW_US + 6 * S)[0]
    assert first.key
    assert first.arrival_us == NOW_US + 60 * TICK_US


def test_a_gap_is_told_as_a_gap(deck):
    deck.record(pictures(NOW_US, 30))
    deck.record(pictures(NOW_US + 10 * S, 30))
    end = 30 * TICK_US
    assert Reader(deck.folder).spans("cam", NOW_US - S, NOW_US + 60 * S) == (
        Span(NOW_US, NOW_US + end),
        Span(NOW_US + 10 * S, NOW_US + 10 * S + end),
    )


def test_a_camera_that_says_nothing_for_a_while_has_left_a_gap(deck):
    later = pictures(NOW_US + 20 * S, 30, pts_us=20 * S)
    deck.record(pictures(NOW_US, 30) + later)
    assert len(Reader(deck.folder).spans("cam", NOW_US, NOW_US + 60 * S)) == 2


def test_a_span_goes_on_over_the_hour(deck):
    start = (hour_of(NOW_US) + 1) * HOUR_US - 5 * S
    deck.record(pictures(start, 150))
    reader = Reader(deck.folder)
    assert reader.spans("cam", start, start + 60 * S) == (Span(start, start + 150 * TICK_US),)
    assert len(frames_of(reader, start, start + 60 * S)) == 150
    assert len(deck.shelves.hours(shelf_of("cam"))) == 2


def test_our_clock_set_back_begins_a_new_span_and_loses_nothing(deck):
    deck.record(pictures(NOW_US, 60) + pictures(NOW_US - 30 * S, 60, pts_us=60 * TICK_US, number=60))
    reader = Reader(deck.folder)
    spans = reader.spans("cam", NOW_US - 60 * S, NOW_US + 60 * S)
    assert [span.start_us for span in spans] == [NOW_US - 30 * S, NOW_US]
    assert len(frames_of(reader, NOW_US - 60 * S, NOW_US + 60 * S)) == 120


def test_a_camera_whose_clock_runs_slow_is_set_right_again(deck):
    slow = [
        Frame(one.key, one.arrival_us + (600_000 if nth >= 300 else 0), one.pts_us, one.wire)
        for nth, one in enumerate(pictures(NOW_US, 1200))
    ]
    deck.record(slow)
    spans = Reader(deck.folder).spans("cam", NOW_US, NOW_US + 600 * S)
    assert len(spans) == 2
    assert abs(spans[1].end_us - (NOW_US + 1200 * TICK_US + 600_000)) <= TICK_US


def test_a_very_long_group_of_pictures_is_written_in_parts_and_read_from_its_keyframe(deck):
    deck.record(pictures(NOW_US, 900, gop=900))
    reader = Reader(deck.folder)
    assert reader.spans("cam", NOW_US, NOW_US + 90 * S) == (Span(NOW_US, NOW_US + 900 * TICK_US),)
    seen = frames_of(reader, NOW_US + 30 * S, NOW_US + 31 * S)
    assert seen[0].key
    assert seen[0].arrival_us == NOW_US
    assert sum(one.key for one in seen) == 1


def test_another_header_is_told_where_it_begins(deck):
    wide = Header("avc1.640028", 1920, 1080, (b"\x67", b"\x68"), b"\x01")
    deck.record(pictures(NOW_US, 30))
    deck.record(pictures(NOW_US + 5 * S, 30), header=wide)
    heads = [item for item in Reader(deck.folder).read("cam", NOW_US, NOW_US + 60 * S) if isinstance(item, Header)]
    assert heads == [HEADER, wide]


def test_a_torn_tail_is_cut_and_what_was_whole_stays(deck, tmp_path):
    deck.record(pictures(NOW_US, 90))
    deck.end()
    shelf, hour = shelf_of("cam"), hour_of(NOW_US)
    with deck.shelves.media(shelf, hour).open("ab") as media, deck.shelves.index(shelf, hour).open("ab") as index:
        media.write(b"half a piece")
        index.write(b"half a line")
    assert len(frames_of(Reader(tmp_path), NOW_US, NOW_US + 60 * S)) == 90
    again = Deck(tmp_path)
    again.record(pictures(NOW_US + 20 * S, 30, number=90))
    again.end()
    assert len(frames_of(Reader(tmp_path), NOW_US, NOW_US + 60 * S)) == 120


def test_a_crash_in_the_middle_of_a_write_costs_that_piece_alone(deck, tmp_path):
    deck.record(pictures(NOW_US, 90))
    deck.end()
    media = deck.shelves.media(shelf_of("cam"), hour_of(NOW_US))
    whole = media.read_bytes()
    media.write_bytes(whole[:-100] + bytes(100))  # its length is on disk and its content is not
    again = Deck(tmp_path)
    again.record(pictures(NOW_US + 20 * S, 30))
    again.end()
    reader = Reader(tmp_path)
    assert reader.spans("cam", NOW_US, NOW_US + 60 * S) == (
        Span(NOW_US, NOW_US + 60 * TICK_US),
        Span(NOW_US + 20 * S, NOW_US + 20 * S + 30 * TICK_US),
    )
    assert len(frames_of(reader, NOW_US, NOW_US + 60 * S)) == 90


def test_an_hour_whose_key_is_destroyed_is_gone_though_its_files_lie_there(deck):
    deck.record(pictures(NOW_US, 30))
    deck.vault.destroy(shelf_of("cam"), hour_of(NOW_US))
    reader = Reader(deck.folder)
    assert deck.shelves.media(shelf_of("cam"), hour_of(NOW_US)).stat().st_size > 0
    assert reader.spans("cam", NOW_US, NOW_US + 60 * S) == ()
    assert list(reader.read("cam", NOW_US, NOW_US + 60 * S)) == []


def test_nothing_of_the_pictures_stands_in_the_clear(deck):
    deck.record(pictures(NOW_US, 30))
    assert b"00000001" not in deck.shelves.media(shelf_of("cam"), hour_of(NOW_US)).read_bytes()


def test_a_flipped_byte_is_not_played(deck):
    deck.record(pictures(NOW_US, 90))
    media = deck.shelves.media(shelf_of("cam"), hour_of(NOW_US))
    raw = bytearray(media.read_bytes())
    raw[50] ^= 1
    media.write_bytes(raw)
    assert len(frames_of(Reader(deck.folder), NOW_US, NOW_US + 60 * S)) == 60


def test_a_line_of_the_index_moved_in_time_is_not_played(deck):
    deck.record(pictures(NOW_US, 30))
    index = deck.shelves.index(shelf_of("cam"), hour_of(NOW_US))
    raw = bytearray(index.read_bytes())
    raw[0] ^= 0xFF
    index.write_bytes(raw)
    assert frames_of(Reader(deck.folder), NOW_US - S, NOW_US + 60 * S) == []


def test_a_cameras_name_never_becomes_a_path(deck, tmp_path):
    deck.record(pictures(NOW_US, 30), camera="../../etc/passwd")
    assert len(frames_of(Reader(tmp_path), NOW_US, NOW_US + 60 * S, "../../etc/passwd")) == 30
    assert {path.name for path in tmp_path.iterdir()} == {"recordings", "keys"}


def test_keys_lie_apart_and_are_nobody_elses(deck, tmp_path):
    deck.record(pictures(NOW_US, 30))
    (key,) = (tmp_path / "keys" / "recordings").rglob("*.key")
    assert key.stat().st_mode & 0o777 == 0o600


def test_what_finds_no_room_is_a_counted_gap_and_nobody_waits(deck, monkeypatch):
    monkeypatch.setattr("bongsu.video.recorder.writer.ROOM_BYTES", 0)
    deck.record(pictures(NOW_US, 90))
    monkeypatch.undo()
    assert deck.writer.dropped == 3
    assert deck.tape().lost == 3
    deck.record(pictures(NOW_US + 20 * S, 30))
    assert [span.start_us for span in Reader(deck.folder).spans("cam", NOW_US, NOW_US + 60 * S)] == [NOW_US + 20 * S]


def test_a_disk_that_takes_no_more_costs_a_gap_and_recording_goes_on(deck, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    deck.record(pictures(NOW_US, 30))
    with monkeypatch.context() as patch:
        patch.setattr("bongsu.video.recorder.hour._write", full)
        deck.record(pictures(NOW_US + 5 * S, 30))
    deck.record(pictures(NOW_US + 10 * S, 30))
    assert deck.writer.failed == 1
    starts = [span.start_us for span in Reader(deck.folder).spans("cam", NOW_US, NOW_US + 60 * S)]
    assert starts == [NOW_US, NOW_US + 10 * S]

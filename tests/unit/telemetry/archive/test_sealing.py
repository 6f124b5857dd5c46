"""What a person's devices told is on the disk only under that person's key, and gone with it."""

from __future__ import annotations

import stat

import numpy as np

from bongsu.core.asking import GetHistory
from bongsu.telemetry.archive.keys import Key, Keys
from unit.telemetry.archive.city import (
    BAND,
    BAND_2,
    DAY_MS,
    HOUR_MS,
    NOON_MS,
    PLUG,
    REGISTER,
    Clock,
    an_archive,
    told,
)

RATE = 71.640625
PLAIN = [np.float64(value).tobytes() for value in (RATE, 127.123456, 37.654321)] + [b"band-1", b"heart_rate", b"ward-7"]


def asked(device=BAND, name="heart_rate"):
    return GetHistory(
        device=device.id, observed_property=name, from_ms=NOON_MS - DAY_MS, to_ms=NOON_MS + DAY_MS, at_most=500
    )


def of_two_wards():
    rows = [(BAND, "heart_rate", RATE + at, NOON_MS + at) for at in range(20)]
    places = [(BAND, 127.123456, 37.654321, NOON_MS)]
    return told(*rows, (BAND_2, "heart_rate", 60.0, NOON_MS), (PLUG, "power", 1.0, NOON_MS), places=places)


def everything(folder):
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


async def kept(folder, clock=None):
    archive = an_archive(folder, clock)
    archive.append(of_two_wards(), REGISTER)
    await archive.flush()
    return archive


async def test_the_bytes_on_disk_never_hold_what_a_ward_s_devices_told(tmp_path):
    await kept(tmp_path)
    assert not [value for value in PLAIN if value in everything(tmp_path)]


async def test_without_the_sealing_those_bytes_would_be_there(tmp_path, monkeypatch):
    monkeypatch.setattr(Key, "seal", lambda key, plain, about: plain)
    await kept(tmp_path)
    assert [value for value in PLAIN if value not in everything(tmp_path)] == [b"ward-7"]


async def test_only_parts_of_open_devices_can_be_read_by_any_tool(tmp_path):
    await kept(tmp_path)
    assert {path.parent.parent.name for path in tmp_path.rglob("*.parquet")} == {"power"}
    assert len(list((tmp_path / "archive" / "sealed" / "2026-11-22").iterdir())) == 1


async def test_a_ward_s_history_is_read_with_its_key_also_by_a_later_process(tmp_path):
    before = await (await kept(tmp_path)).history(asked(), BAND)
    assert before.mean == [RATE + at for at in range(20)]
    assert await an_archive(tmp_path).history(asked(), BAND) == before
    track = await an_archive(tmp_path).history(asked(BAND, "position"), BAND)
    assert (track.lon, track.lat) == ([127.123456], [37.654321])


async def test_keys_are_the_owner_s_alone_and_one_for_each_ward(tmp_path):
    await kept(tmp_path)
    folder = tmp_path / "archive-keys"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert [stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()] == [0o600, 0o600]


async def test_after_erasure_nothing_is_read_and_the_answer_says_so(tmp_path):
    clock = Clock(NOON_MS + HOUR_MS)
    archive = await kept(tmp_path, clock)
    erased = await archive.erase("ward-7")
    assert (erased.found, erased.at_ms) == (True, clock.now_ms)
    for reader in (archive, an_archive(tmp_path, clock)):
        history = await reader.history(asked(), BAND)
        assert (history.mean, history.erased_ms) == ([], clock.now_ms)
        assert (await reader.history(asked(BAND_2), BAND_2)).mean == [60.0]


async def test_a_sealed_part_that_was_copied_before_erasure_opens_to_nobody(tmp_path):
    archive = await kept(tmp_path, Clock(NOON_MS + HOUR_MS))
    (part,) = (tmp_path / "archive" / "sealed" / "2026-11-22").iterdir()
    copy = part.read_bytes()
    await archive.erase("ward-7")
    part.write_bytes(copy)
    assert (await an_archive(tmp_path).history(asked(), BAND)).mean == []


async def test_what_waited_or_comes_again_after_erasure_is_not_kept_and_what_is_new_is(tmp_path):
    clock = Clock(NOON_MS + HOUR_MS)
    archive = an_archive(tmp_path, clock)
    archive.append(of_two_wards(), REGISTER)
    await archive.erase("ward-7")
    assert (await archive.history(asked(), BAND)).mean == []
    archive.append(of_two_wards(), REGISTER)
    archive.append(told((BAND, "heart_rate", 80.0, clock.now_ms + 1)), REGISTER)
    await archive.flush()
    assert (await archive.history(asked(), BAND)).mean == [80.0]


async def test_erasing_whom_nobody_knows_is_no_fault(tmp_path):
    erased = await an_archive(tmp_path).erase("nobody")
    assert not erased.found


async def test_tidying_drops_what_nobody_has_a_key_to(tmp_path):
    clock = Clock(NOON_MS + HOUR_MS)
    archive = await kept(tmp_path, clock)
    archive.append(told((BAND_2, "heart_rate", 61.0, NOON_MS + 5)), REGISTER)
    await archive.flush()
    folder = tmp_path / "archive" / "sealed" / "2026-11-22"
    before = sum(path.stat().st_size for path in folder.iterdir())
    await archive.erase("ward-7")
    clock.now_ms += DAY_MS
    while archive._tidier.step():
        pass
    (part,) = folder.iterdir()
    assert part.stat().st_size < before - 300
    assert (await archive.history(asked(BAND_2), BAND_2)).mean == [60.0, 61.0]


def test_a_key_whose_erasure_was_cut_short_is_erased(tmp_path):
    keys = Keys(tmp_path)
    keys.of("ward-7")
    (path,) = tmp_path.glob("*.key")
    path.write_bytes(bytes(path.stat().st_size))
    again = Keys(tmp_path)
    assert again.find("ward-7") is None
    assert again.erased_ms("ward-7") > 0
    assert list(tmp_path.glob("*.key")) == []


def test_a_damaged_key_is_set_aside_and_stops_nobody(tmp_path):
    Keys(tmp_path).of("ward-7")
    (path,) = tmp_path.glob("*.key")
    path.write_bytes(b"garbage")
    again = Keys(tmp_path)
    assert again.find("ward-7") is None
    again.of("ward-7")
    assert len(list(tmp_path.glob("*.unreadable"))) == 1


def test_a_block_that_was_tampered_with_or_moved_to_another_day_is_not_believed(tmp_path):
    from bongsu.telemetry.archive.sealed import read_sealed, write_sealed
    from unit.telemetry.archive.test_rows import rows_of

    keys = Keys(tmp_path / "keys")
    part = tmp_path / "part.sealed"
    write_sealed(part, "2026-11-22", [(keys.of("ward-7"), {"power": rows_of(("a", 1.0, NOON_MS))})])
    assert len(list(read_sealed(part, "2026-11-22", keys.by_id()))) == 1
    assert list(read_sealed(part, "2026-11-23", keys.by_id())) == []
    content = bytearray(part.read_bytes())
    content[-1] ^= 1
    part.write_bytes(bytes(content))
    assert list(read_sealed(part, "2026-11-22", keys.by_id())) == []

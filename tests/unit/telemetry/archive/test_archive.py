"""What is appended is on the disk when it is said to be, once, and is read back as it was told."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bongsu.core.asking import Form, GetHistory
from bongsu.core.errors import Invalid, Unavailable
from bongsu.telemetry.archive import archive as archive_module
from bongsu.telemetry.archive import durably
from bongsu.telemetry.archive.parquet import count_rows
from unit.telemetry.archive.city import BUS, DAY_MS, HOUR_MS, NOON_MS, OTHER, PLUG, REGISTER, an_archive, told


def asked(device=PLUG, name="power", from_ms=NOON_MS - DAY_MS, to_ms=NOON_MS + DAY_MS, at_most=500):
    return GetHistory(device=device.id, observed_property=name, from_ms=from_ms, to_ms=to_ms, at_most=at_most)


async def test_a_batch_is_durable_only_once_its_parts_have_their_names(tmp_path):
    archive = an_archive(tmp_path)
    number = archive.append(told((PLUG, "power", 12.5, NOON_MS)), REGISTER)
    waiting = asyncio.ensure_future(archive.durable(number))
    await asyncio.sleep(0)
    assert not waiting.done()
    assert list(tmp_path.rglob("*.parquet")) == []
    await archive.flush()
    await waiting
    parts = list(tmp_path.rglob("*.parquet"))
    assert [str(part.parent.relative_to(tmp_path)) for part in parts] == ["archive/power/2026-11-22"]


async def test_a_part_says_who_told_what_and_when_to_any_tool(tmp_path):
    archive = an_archive(tmp_path)
    archive.append(told((PLUG, "power", 12.5, NOON_MS), (OTHER, "power", 3.0, NOON_MS + 1)), REGISTER)
    archive.append(told((PLUG, "power", 9.0, NOON_MS - HOUR_MS)), REGISTER, is_late=True)
    await archive.flush()
    (part,) = tmp_path.rglob("*.parquet")
    assert pq.read_table(part).to_pylist() == [
        {"device": "plug-1", "result": 12.5, "phenomenon_time_ms": NOON_MS, "late": False},
        {"device": "plug-2", "result": 3.0, "phenomenon_time_ms": NOON_MS + 1, "late": False},
        {"device": "plug-1", "result": 9.0, "phenomenon_time_ms": NOON_MS - HOUR_MS, "late": True},
    ]


async def test_a_day_begins_at_midnight_in_korea(tmp_path):
    archive = an_archive(tmp_path)
    midnight = NOON_MS + 12 * HOUR_MS
    archive.append(told((PLUG, "power", 1.0, midnight - 1), (PLUG, "power", 2.0, midnight)), REGISTER)
    await archive.flush()
    days = {part.parent.name: pq.read_table(part)["result"].to_pylist() for part in tmp_path.rglob("*.parquet")}
    assert days == {"2026-11-22": [1.0], "2026-11-23": [2.0]}


async def test_history_is_the_same_before_and_after_it_is_on_the_disk(tmp_path):
    archive = an_archive(tmp_path)
    archive.append(told((PLUG, "power", 1.0, NOON_MS), (OTHER, "power", 7.0, NOON_MS)), REGISTER)
    before = await archive.history(asked(), PLUG)
    await archive.flush()
    assert await archive.history(asked(), PLUG) == before
    assert (before.form, before.time_ms, before.mean, before.unit) == (Form.RAW, [NOON_MS], [1.0], "W")


async def test_what_is_told_again_after_a_crash_is_read_once(tmp_path):
    batch = told((PLUG, "power", 1.0, NOON_MS), (PLUG, "power", 2.0, NOON_MS + 1))
    for _ in range(2):
        archive = an_archive(tmp_path)
        archive.append(batch, REGISTER)
        await archive.close()
    archive = an_archive(tmp_path)
    archive.append(batch, REGISTER)
    assert (await archive.history(asked(), PLUG)).mean == [1.0, 2.0]


async def test_places_are_told_as_a_track(tmp_path):
    archive = an_archive(tmp_path)
    archive.append(told(places=[(BUS, 127.1, 37.5, NOON_MS), (BUS, 127.2, 37.6, NOON_MS + 1)]), REGISTER)
    await archive.flush()
    track = await archive.history(asked(BUS, "position"), BUS)
    assert (track.lon, track.lat, track.unit) == ([127.1, 127.2], [37.5, 37.6], "deg")


async def test_many_readings_are_told_as_spans_with_the_least_mean_and_greatest(tmp_path):
    archive = an_archive(tmp_path)
    rows = [(PLUG, "power", float(at % 60), NOON_MS + at * 1000) for at in range(3600)]
    archive.append(told(*rows), REGISTER)
    await archive.flush()
    history = await archive.history(asked(from_ms=NOON_MS, to_ms=NOON_MS + HOUR_MS, at_most=60), PLUG)
    assert (history.form, history.readings, len(history.time_ms)) == (Form.SPANS, 3600, 60)
    assert (set(history.low), set(history.mean), set(history.high)) == ({0.0}, {29.5}, {59.0})
    assert history.time_ms[:2] == [NOON_MS, NOON_MS + 60_000]
    assert sum(history.count) == 3600


async def test_a_track_of_many_places_is_thinned_to_the_last_of_each_span(tmp_path):
    archive = an_archive(tmp_path)
    places = [(BUS, 127 + at / 1000, 37.5, NOON_MS + at * 1000) for at in range(100)]
    archive.append(told(places=places), REGISTER)
    track = await archive.history(asked(BUS, "position", NOON_MS, NOON_MS + 100_000, at_most=10), BUS)
    assert track.lon == [127 + at / 1000 for at in range(9, 100, 10)]


@pytest.mark.parametrize(
    ("code", "wrong"),
    [
        ("history.property", {"name": "mood"}),
        ("history.span", {"to_ms": NOON_MS - DAY_MS}),
        ("history.span", {"from_ms": NOON_MS - 400 * DAY_MS}),
        ("history.points", {"at_most": 0}),
        ("history.points", {"at_most": 1_000_000}),
    ],
)
async def test_what_cannot_be_told_is_refused_by_name(tmp_path, code, wrong):
    with pytest.raises(Invalid, match=code):
        await an_archive(tmp_path).history(asked(**wrong), PLUG)


async def test_a_half_written_part_of_a_crash_is_swept_away_and_never_read(tmp_path):
    archive = an_archive(tmp_path)
    archive.append(told((PLUG, "power", 1.0, NOON_MS)), REGISTER)
    await archive.close()
    (part,) = tmp_path.rglob("*.parquet")
    half = part.with_name(f".{part.name[:-9]}9.parquet.tmp")
    half.write_bytes(part.read_bytes()[:40])
    assert (await archive_history(tmp_path)).mean == [1.0]
    assert not half.exists()


async def archive_history(folder):
    return await an_archive(folder).history(asked(), PLUG)


async def test_a_full_disk_is_said_and_loses_nothing(tmp_path, monkeypatch):
    room = asyncio.Event()
    real = os.fsync

    def fsync(number):
        if not room.is_set() and Path(os.readlink(f"/proc/self/fd/{number}")).name.endswith(".tmp"):
            raise OSError(errno.ENOSPC, "no room")
        real(number)

    monkeypatch.setattr(durably.os, "fsync", fsync)
    monkeypatch.setattr(archive_module, "RETRY_S", 0.01)
    archive = an_archive(tmp_path, flush_s=0.01)
    running = asyncio.create_task(archive.run())
    number = archive.append(told((PLUG, "power", 1.0, NOON_MS), (PLUG, "energy", 5.0, NOON_MS)), REGISTER)
    while archive.trouble != "archive.full":
        await asyncio.sleep(0.01)
    assert archive.durable_to < number
    assert list(tmp_path.rglob("*.parquet")) == []
    assert (await archive.history(asked(), PLUG)).mean == [1.0]
    room.set()
    await archive.durable(number)
    assert archive.trouble == ""
    assert [count_rows(part) for part in tmp_path.rglob("*.parquet")] == [1, 1]
    running.cancel()


async def test_a_disk_that_fails_ends_it_and_nothing_is_said_to_be_durable(tmp_path, monkeypatch):
    def fsync(number):
        raise OSError(errno.EIO, "broken")

    archive = an_archive(tmp_path, flush_s=0.01)
    monkeypatch.setattr(durably.os, "fsync", fsync)
    number = archive.append(told((PLUG, "power", 1.0, NOON_MS)), REGISTER)
    waiting = asyncio.ensure_future(archive.durable(number))
    with pytest.raises(OSError):
        await archive.run()
    with pytest.raises(Unavailable, match="archive.broken"):
        await waiting
    assert (archive.trouble, archive.durable_to) == ("archive.broken", 0)


async def test_what_waits_is_written_when_it_closes(tmp_path):
    archive = an_archive(tmp_path)
    number = archive.append(told((PLUG, "power", 1.0, NOON_MS)), REGISTER)
    await archive.close()
    assert archive.durable_to == number
    assert len(list(tmp_path.rglob("*.parquet"))) == 1


async def test_a_full_disk_does_not_keep_it_from_ending(tmp_path, monkeypatch):
    def fsync(number):
        raise OSError(errno.ENOSPC, "no room")

    archive = an_archive(tmp_path)
    number = archive.append(told((PLUG, "power", 1.0, NOON_MS)), REGISTER)
    monkeypatch.setattr(durably.os, "fsync", fsync)
    await archive.close()
    assert archive.durable_to < number


async def test_what_is_appended_while_it_writes_is_written_too_when_it_closes(tmp_path):
    archive = an_archive(tmp_path, flush_s=0.01)
    running = asyncio.create_task(archive.run())
    first = archive.append(told((PLUG, "power", 1.0, NOON_MS)), REGISTER)
    await archive.durable(first)
    archive.append(told((PLUG, "power", 2.0, NOON_MS + 1)), REGISTER)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await archive.close()
    assert (await archive_history(tmp_path)).mean == [1.0, 2.0]

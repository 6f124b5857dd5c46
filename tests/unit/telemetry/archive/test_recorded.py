"""Recorded days are told again as rules heard them: in the order of time, with the silences."""

from __future__ import annotations

import numpy as np

from bongsu.core.register import register_of
from bongsu.telemetry.archive import recorded as recorded_module
from unit.telemetry.archive.city import BAND, BUS, HOUR_MS, NOON_MS, OTHER, PLUG, REGISTER, an_archive, told


async def an_archive_of(folder, *batches):
    archive = an_archive(folder)
    for batch in batches:
        archive.append(batch, REGISTER)
        await archive.flush()
    return archive


def as_rows(batches, register=REGISTER):
    return [
        (register.devices[device].id, stream, result, int(time))
        for batch in batches
        for device, stream, result, time in zip(
            batch.results.device, batch.results.stream, batch.results.result, batch.results.time_ms, strict=True
        )
    ]


async def test_days_come_in_the_order_of_their_time_each_row_once(tmp_path):
    later, earlier = (PLUG, "power", 2.0, NOON_MS + 90_000), (OTHER, "power", 1.0, NOON_MS)
    archive = await an_archive_of(tmp_path, told(later), told(earlier), told(later))
    batches = list(archive.recorded(REGISTER, ["power"], NOON_MS, NOON_MS + HOUR_MS))
    assert [(device, result, time) for device, _, result, time in as_rows(batches)] == [
        ("plug-2", 1.0, NOON_MS),
        ("plug-1", 2.0, NOON_MS + 90_000),
    ]


async def test_every_step_of_time_is_told_also_where_nothing_was(tmp_path):
    archive = await an_archive_of(tmp_path, told((PLUG, "power", 2.0, NOON_MS + 90_000)))
    batches = list(archive.recorded(REGISTER, ["power"], NOON_MS, NOON_MS + HOUR_MS))
    assert [batch.now_ms for batch in batches] == [NOON_MS + at * 60_000 for at in range(1, 61)]
    assert [len(batch.results) for batch in batches[:3]] == [0, 1, 0]
    assert all((batch.results.time_ms < batch.now_ms).all() for batch in batches)


async def test_rows_are_of_the_register_that_asks(tmp_path):
    archive = await an_archive_of(tmp_path, told((PLUG, "power", 2.0, NOON_MS), (OTHER, "power", 3.0, NOON_MS)))
    register = register_of([BUS, OTHER])
    (row,) = as_rows(archive.recorded(register, ["power"], NOON_MS, NOON_MS + 1000), register)
    assert row == ("plug-2", register.stream_row["plug-2"]["power"], 3.0, NOON_MS)


async def test_wards_devices_and_places_are_among_them_and_late_readings_are_not(tmp_path):
    batch = told((BAND, "heart_rate", 70.0, NOON_MS), places=[(BUS, 127.0, 37.0, NOON_MS + 5)])
    archive = await an_archive_of(tmp_path, batch)
    archive.append(told((BAND, "heart_rate", 99.0, NOON_MS + 1)), REGISTER, is_late=True)
    await archive.flush()
    (batch,) = archive.recorded(REGISTER, ["heart_rate", "position"], NOON_MS, NOON_MS + 60_000)
    assert batch.results.result.tolist() == [70.0]
    assert (batch.places.lon.tolist(), REGISTER.devices[batch.places.device[0]].id) == ([127.0], "bus-1")
    await archive.erase("ward-7")
    (batch,) = archive.recorded(REGISTER, ["heart_rate"], NOON_MS, NOON_MS + 60_000)
    assert len(batch.results) == 0


async def test_a_day_that_does_not_fit_in_memory_is_told_in_pieces(tmp_path, monkeypatch):
    rows = [(PLUG, "power", float(at), NOON_MS + at * 60_000) for at in range(300)]
    archive = await an_archive_of(tmp_path, told(*rows))
    whole = list(archive.recorded(REGISTER, ["power"], NOON_MS, NOON_MS + 20 * HOUR_MS))
    monkeypatch.setattr(recorded_module, "SLICE_ROWS", 50)
    pieces = list(archive.recorded(REGISTER, ["power"], NOON_MS, NOON_MS + 20 * HOUR_MS))
    assert as_rows(pieces) == as_rows(whole)
    assert [batch.now_ms for batch in pieces] == [batch.now_ms for batch in whole]
    assert np.concatenate([batch.results.result for batch in whole]).tolist() == [float(at) for at in range(300)]

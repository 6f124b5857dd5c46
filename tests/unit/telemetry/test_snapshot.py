"""What is on disk comes back as it was, whole or not at all, and never what is not safe yet."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from bongsu.core.columns import Places, Results, Telemetry
from bongsu.core.register import register_of
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.snapshot import (
    BLOCK,
    LATEST,
    REGISTER,
    RULES,
    read_latest,
    read_register,
    read_rules,
    write_latest,
    write_register,
    write_rules,
)
from fakes.telemetry import AT, a_device, a_register

COLUMNS = ("kind", "site", "source", "lon", "lat", "standing", "stream_device", "stream_property")


async def _at_once():
    pass


def seen(latest, stream, result):
    one = np.array([stream], np.int32)
    nowhere = Places(np.zeros(0, np.int32), np.zeros(0), np.zeros(0), np.zeros(0, np.int64))
    latest.see(Telemetry(Results(one, one, np.array([result]), np.array([AT])), nowhere, AT))


def test_a_register_comes_back_as_it_was(tmp_path):
    devices = [a_device(f"D-{at}", "power", "motion") for at in range(BLOCK * 2 + 3)]
    register = register_of(devices[1:], register_of(devices))
    write_register(tmp_path, register, 7, "L")
    back, version, lineage = read_register(tmp_path)
    assert (version, lineage) == (7, "L")
    assert list(back.devices) == devices
    assert (back.devices[-1], back.devices[BLOCK], len(back.devices)) == (devices[-1], devices[BLOCK], len(devices))
    assert back.device_row == register.device_row
    assert (list(back.sites), list(back.sources)) == (list(register.sites), list(register.sources))
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(back, name), getattr(register, name))
    assert back.stream_row["D-5"] == register.stream_row["D-5"]
    grown = register_of([*devices, a_device("new")], back)
    assert grown.device_row["new"] == len(devices)


async def test_the_latest_state_comes_back_and_grows(tmp_path):
    register, latest = a_register(), Latest()
    latest.grow(register)
    seen(latest, 1, 4.5)
    await write_latest(tmp_path, latest, 1, "L", _at_once)
    more = register_of([*register.devices, a_device("D-9")], register)
    back = read_latest(tmp_path, more, "L")
    assert back.result[1] == 4.5
    assert len(back.result) == len(more.stream_device)
    seen(back, 0, 1.0)
    assert read_latest(tmp_path, more, "another lineage").time_ms.tolist() == [-1] * len(more.stream_device)


async def test_nothing_is_kept_before_it_is_safe(tmp_path):
    latest, safe = Latest(), asyncio.Event()
    latest.grow(a_register())
    seen(latest, 0, 1.0)

    async def settled():
        await safe.wait()

    writing = asyncio.create_task(write_latest(tmp_path, latest, 1, "L", settled))
    await asyncio.sleep(0.05)
    assert not (tmp_path / LATEST).exists()
    seen(latest, 1, 2.0)
    safe.set()
    await writing
    assert np.isnan(read_latest(tmp_path, a_register(), "L").result[1]), "what came after the copy is not in it"


@pytest.mark.parametrize("name", [REGISTER, LATEST])
@pytest.mark.parametrize("keep", [0, 3, 12, 40, -1])
async def test_a_torn_file_is_none(tmp_path, name, keep):
    register, latest = a_register(), Latest()
    latest.grow(register)
    seen(latest, 0, 1.0)
    write_register(tmp_path, register, 1, "L")
    await write_latest(tmp_path, latest, 1, "L", _at_once)
    whole = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(whole[:keep])
    if name == REGISTER:
        assert read_register(tmp_path) is None
    else:
        assert read_latest(tmp_path, register, "L").time_ms[0] == -1


def test_what_the_rules_remember_comes_back_in_any_shape(tmp_path):
    told = {
        "rhythm/site.heard": np.arange(6, dtype=np.float32).reshape(2, 3),
        "rhythm/spells.site": np.array(["집-1", "home-22"]),
        "rhythm/site.last_ms": np.array([AT, 0]),
        "empty/spells.site": np.array([], np.str_),
    }
    assert read_rules(tmp_path) == {}
    write_rules(tmp_path, told, 3, "L")
    back = read_rules(tmp_path)
    assert list(back) == list(told)
    for name, column in told.items():
        assert back[name].dtype == column.dtype
        np.testing.assert_array_equal(back[name], column)
    torn = (tmp_path / RULES).read_bytes()[:-1]
    (tmp_path / RULES).write_bytes(torn)
    assert read_rules(tmp_path) == {}

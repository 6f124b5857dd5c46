"""What telemetry answers about devices: what it knows, and of wards only what the question may know."""

from __future__ import annotations

import msgspec
import numpy as np
import pytest

from bongsu.core.asking import (
    DeviceList,
    EraseWard,
    GetDevice,
    GetHistory,
    ListDevices,
    ListQuarantine,
    Quarantined,
    QuarantineList,
)
from bongsu.core.device import Device, DeviceKind
from bongsu.core.errors import Invalid, NotFound
from bongsu.core.register import register_of
from bongsu.core.rule import Geofence, Rule, Threshold
from bongsu.core.trial import Real, TryRule
from bongsu.telemetry.answer import Answers
from bongsu.telemetry.latest import Latest
from bongsu.telemetry.reasons import Reason
from bongsu.telemetry.trial import on_record
from unit.telemetry.archive.city import BAND, BUS, NOON_MS, OTHER, PLUG, REGISTER, an_archive, told


class Doubts:
    def __init__(self, *rows):
        self.rows = rows

    def listed(self, question):
        return QuarantineList(rows=self.rows, counts={"out_of_range": len(self.rows)}, sources={})


def answers_of(folder, register=REGISTER, doubts=()):
    latest = Latest()
    latest.grow(register)
    latest.see(
        told(
            (PLUG, "power", 12.5, NOON_MS),
            (BAND, "heart_rate", 70.0, NOON_MS),
            places=[(BUS, 127.1, 37.5, NOON_MS + 7)],
        )
    )
    latest.doubt(np.array([REGISTER.device_row["plug-2"]], np.int32), np.array([Reason.OUT_OF_RANGE], np.int8))
    archive = an_archive(folder)
    return Answers(
        register=lambda: register,
        latest=latest,
        archive=archive,
        quarantine=Doubts(*doubts),
        trial=lambda asked: on_record(asked, nothing_recorded, register, {}),
        now_ms=lambda: NOON_MS,
    )


async def ask(answers, question):
    return await answers.answer(msgspec.Raw(msgspec.json.encode(question)))


def ids(page):
    return [one.device.id for one in page.devices]


async def test_a_device_tells_its_newest_readings_with_units(tmp_path):
    state = await ask(answers_of(tmp_path), GetDevice(device="plug-1"))
    assert [(one.observed_property, one.unit, one.result, one.time_ms) for one in state.readings] == [
        ("power", "W", 12.5, NOON_MS)
    ]
    assert (state.heard_ms, state.trouble, state.withheld) == (NOON_MS, "", False)


async def test_a_device_that_moves_tells_where_it_was(tmp_path):
    state = await ask(answers_of(tmp_path), GetDevice(device="bus-1"))
    assert (state.stand.lon, state.stand.lat, state.heard_ms) == (127.1, 37.5, NOON_MS + 7)


async def test_a_device_nobody_believes_says_why(tmp_path):
    assert (await ask(answers_of(tmp_path), GetDevice(device="plug-2"))).trouble == "out_of_range"


async def test_what_a_ward_s_device_told_is_withheld_unless_it_is_asked_for(tmp_path):
    answers = answers_of(tmp_path)
    state = await ask(answers, GetDevice(device="band-1"))
    assert (state.withheld, state.readings, state.heard_ms) == (True, (), 0)
    listed = next(one for one in (await ask(answers, ListDevices())).devices if one.device.id == "band-1")
    assert listed == state
    bare = await ask(answers, GetDevice(device="band-1", bare=True))
    assert ([one.result for one in bare.readings], bare.withheld) == ([70.0], False)


@pytest.mark.parametrize(
    ("question", "found"),
    [
        (ListDevices(), ["plug-1", "plug-2", "band-1", "band-2", "bus-1"]),
        (ListDevices(kind=DeviceKind.WEARABLE), ["band-1", "band-2"]),
        (ListDevices(text="PLUG"), ["plug-1", "plug-2"]),
        (ListDevices(site="bus-1"), ["bus-1"]),
        (ListDevices(troubled=True), ["plug-2"]),
        (ListDevices(kind=DeviceKind.BIN), []),
        (ListDevices(text="nothing of the kind"), []),
    ],
)
async def test_devices_are_found_by_kind_site_text_and_trouble(tmp_path, question, found):
    page = await ask(answers_of(tmp_path), question)
    assert (ids(page), page.total) == (found, len(found))


async def test_pages_follow_one_another_to_the_end(tmp_path):
    answers, pages, after = answers_of(tmp_path), [], ""
    while True:
        page = await ask(answers, ListDevices(at_most=2, after=after))
        pages.append(ids(page))
        after = page.after
        if not after:
            break
    assert pages == [["plug-1", "plug-2"], ["band-1", "band-2"], ["bus-1"]]
    assert page.total == 5


async def test_the_answer_is_the_same_when_it_came_over_the_line(tmp_path):
    page = await ask(answers_of(tmp_path), ListDevices())
    assert msgspec.json.decode(msgspec.json.encode(page), type=DeviceList) == page


async def test_a_device_registered_no_more_is_unknown_and_a_new_one_is_silent(tmp_path):
    new = Device(id="new-1", kind=DeviceKind.DOOR, observes=("door_open",))
    register = register_of([OTHER, new], REGISTER)
    answers = answers_of(tmp_path)
    answers = Answers(
        register=lambda: register,
        latest=answers.latest,
        archive=answers.archive,
        quarantine=answers.quarantine,
        trial=answers.trial,
        now_ms=answers.now_ms,
    )
    with pytest.raises(NotFound, match="device.unknown"):
        await ask(answers, GetDevice(device="plug-1"))
    assert (await ask(answers, GetDevice(device="new-1"))).heard_ms == 0
    assert ids(await ask(answers, ListDevices(troubled=True))) == ["plug-2"]


async def test_history_and_erasure_are_the_archive_s(tmp_path):
    answers = answers_of(tmp_path)
    answers.archive.append(told((BAND, "heart_rate", 70.0, NOON_MS - 5)), REGISTER)
    question = GetHistory(device="band-1", observed_property="heart_rate", from_ms=NOON_MS - 1000, to_ms=NOON_MS)
    assert (await ask(answers, question)).mean == [70.0]
    assert (await ask(answers, EraseWard(ward="ward-7"))).ward == "ward-7"
    assert (await ask(answers, question)).mean == []


async def test_what_was_not_believed_is_listed_and_what_a_ward_s_device_said_is_not_quoted(tmp_path):
    doubts = [
        Quarantined(at_ms=1, reason="out_of_range", device=device, result=999.0, time_ms=5, detail="?")
        for device in ("plug-1", "band-1", "stranger")
    ]
    listed = await ask(answers_of(tmp_path, doubts=doubts), ListQuarantine())
    assert [row.result for row in listed.rows] == [999.0, None, 999.0]
    assert [row.detail for row in listed.rows] == ["?", "", "?"]


async def test_a_question_that_is_none_is_refused(tmp_path):
    with pytest.raises(Invalid, match="telemetry.question"):
        await answers_of(tmp_path).answer(msgspec.Raw(b'{"about":"weather"}'))


def nothing_recorded(*_asked: object):
    return iter(())


async def test_a_rule_is_tried_on_what_is_recorded_and_one_without_its_zone_is_refused(tmp_path):
    rule = Rule(name="과열", terms=Threshold(property="power", above=5.0))
    told = await ask(answers_of(tmp_path), TryRule(rule=rule, from_ms=0, to_ms=1, reals=(Real(at_ms=0),)))
    assert (told.times, told.near, told.missed, told.rows) == (0, 0, (0,), 0)
    fenced = Rule(name="이탈", terms=Geofence(zones=("home",), exit=True))
    with pytest.raises(Invalid, match="rule.zone"):
        await ask(answers_of(tmp_path), TryRule(rule=fenced, from_ms=0, to_ms=1))

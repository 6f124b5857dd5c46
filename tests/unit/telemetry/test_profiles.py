"""Any bytes are read without an exception, and what each profile's messages tell is read rightly."""

from __future__ import annotations

import json
import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.telemetry.profiles import PROFILES
from bongsu.telemetry.told import Told

AT = 1_790_000_000_000
WRITTEN = {"json": msgspec.json.encode, "msgpack": msgspec.msgpack.encode}
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
NAMES = st.sampled_from(
    [
        "readings",
        "positions",
        "device",
        "observed_property",
        "result",
        "phenomenon_time_ms",
        "lon",
        "lat",
        "value",
        "Datastream",
        "dataArray",
        "components",
        "end_device_ids",
        "device_id",
        "uplink_message",
        "decoded_payload",
        "locations",
        "deviceInfo",
        "devEui",
        "object",
        "time",
        "power",
    ]
)
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=5))


def lengths_agree(told):
    assert len(told.device) == len(told.observed_property) == len(told.result) == len(told.time_ms)
    assert len(told.placed) == len(told.lon) == len(told.lat) == len(told.placed_ms)
    assert all(0 <= at <= 2**53 for at in (*told.time_ms, *told.placed_ms))
    assert all(isinstance(value, float) for value in (*told.result, *told.lon, *told.lat))


@pytest.mark.parametrize("name", PROFILES)
@given(body=st.binary(max_size=200))
def test_no_bytes_are_an_exception(name, body):
    told = PROFILES[name](body, "GW", AT)
    lengths_agree(told)
    assert told.device or told.placed or told.faults or body.strip() in (b"[]", b"{}", b"\x80")


@pytest.mark.parametrize("name", ["json", "msgpack"])
@pytest.mark.parametrize("tree", [{}, {"": ""}, {"Readings": [{"device": "A"}]}])
def test_a_body_that_has_neither_readings_nor_positions_is_a_fault_and_not_silence(name, tree):
    told = PROFILES[name](WRITTEN[name](tree), "GW", AT)
    assert [(fault.reason, fault.detail) for fault in told.faults] == [("unreadable", "body")]
    assert not told.device
    assert not told.placed


@pytest.mark.parametrize("name", ["json", "msgpack"])
def test_an_empty_list_of_readings_is_nothing_told_and_no_fault(name):
    assert PROFILES[name](WRITTEN[name]({"readings": []}), "GW", AT) == Told()


@pytest.mark.parametrize("name", PROFILES)
@given(tree=TREES)
def test_no_json_is_an_exception(name, tree):
    lengths_agree(PROFILES[name](json.dumps(tree).encode(), "GW", AT))


@given(tree=TREES)
def test_no_msgpack_is_an_exception(tree):
    try:
        body = msgspec.msgpack.encode(tree)
    except OverflowError:
        return
    lengths_agree(PROFILES["msgpack"](body, "GW", AT))


@pytest.mark.parametrize("name, encode", [("json", msgspec.json.encode), ("msgpack", msgspec.msgpack.encode)])
def test_our_own_body_tells_readings_and_places(name, encode):
    body = {
        "readings": [{"device": "D-1", "observed_property": "power", "result": 12, "phenomenon_time_ms": AT}],
        "positions": [{"device": "W-1", "lon": 127.1, "lat": 37.5, "phenomenon_time_ms": AT}],
    }
    told = PROFILES[name](encode(body), "GW", AT)
    assert (told.device, told.observed_property, told.result, told.time_ms) == (["D-1"], ["power"], [12.0], [AT])
    assert (told.placed, told.lon, told.lat, told.placed_ms) == (["W-1"], [127.1], [37.5], [AT])
    assert not told.faults


def test_one_wrong_row_does_not_take_the_others_with_it():
    rows = [
        '{"device":"D-1","observed_property":"power","result":NaN,"phenomenon_time_ms":1}',
        '{"device":"D-2","observed_property":"glow","result":1,"phenomenon_time_ms":2}',
        '{"device":"D-3","observed_property":"power","result":"12","phenomenon_time_ms":3}',
        '{"device":"D-4","observed_property":"power","result":1,"phenomenon_time_ms":-3}',
        '"nonsense"',
    ]
    told = PROFILES["json"](f'{{"readings":[{",".join(rows)}]}}'.encode(), "GW", AT)
    assert told.device == ["D-1", "D-2"]
    assert math.isnan(told.result[0])
    assert [(fault.reason, fault.device, fault.detail) for fault in told.faults] == [
        ("not_a_number", "D-3", "result"),
        ("unreadable", "D-4", "phenomenon_time_ms"),
        ("unreadable", "", "device"),
    ]


def test_an_observation_of_frost_is_read_by_its_expanded_thing():
    body = {
        "phenomenonTime": "2026-09-21T14:13:20.000Z/2026-09-21T14:13:21.500Z",
        "result": 21.5,
        "Datastream": {"@iot.id": 7, "Thing": {"name": "T-7"}, "ObservedProperty": {"name": "temperature"}},
    }
    told = PROFILES["sensorthings"](json.dumps(body).encode(), "frost", AT)
    assert (told.device, told.observed_property, told.result) == (["T-7"], ["temperature"], [21.5])
    assert told.time_ms == [1_790_000_001_500]


def test_a_data_array_and_a_point_are_read():
    body = [
        {"Datastream": {"@iot.id": "T-7/humidity"}, "components": ["phenomenonTime", "result"],
         "dataArray": [["2026-09-21T14:13:20Z", 40], ["2026-09-21T14:13:20Z", "wet"], [1]]},
        {"Datastream": {"@iot.id": "W-1/position"}, "result": {"type": "Point", "coordinates": [127.1, 37.5]}},
    ]  # fmt: skip
    told = PROFILES["sensorthings"](json.dumps(body).encode(), "frost", AT)
    assert (told.device, told.observed_property, told.result) == (["T-7"], ["humidity"], [40.0])
    assert (told.placed, told.lon, told.lat, told.placed_ms) == (["W-1"], [127.1], [37.5], [AT])
    assert [fault.detail for fault in told.faults] == ["result", "Observation"]


def test_an_uplink_of_the_things_stack_is_read():
    body = {
        "end_device_ids": {"device_id": "bin-12", "dev_eui": "70B3D57ED0000001"},
        "received_at": "2026-09-21T14:13:21.123456789Z",
        "uplink_message": {
            "decoded_payload": {"fill": 0.4, "battery": 0.9, "rssi": -90},
            "settings": {"time": "2026-09-21T14:13:20Z"},
            "locations": {"frm-payload": {"latitude": 37.5, "longitude": 127.1}},
        },
    }
    told = PROFILES["things_stack"](json.dumps(body).encode(), "tts", AT)
    assert (told.device, told.observed_property, told.result) == (["bin-12"] * 2, ["fill", "battery"], [0.4, 0.9])
    assert (told.time_ms, told.placed, told.lon) == ([AT, AT], ["bin-12"], [127.1])
    assert not told.faults


def test_an_uplink_of_chirpstack_is_read_and_a_foreign_payload_named():
    body = {"deviceInfo": {"devEui": "0101"}, "time": "2026-09-21T14:13:20+00:00", "object": {"tilt": 1.5}}
    told = PROFILES["chirpstack"](json.dumps(body).encode(), "cs", AT)
    assert (told.device, told.observed_property, told.result, told.time_ms) == (["0101"], ["tilt"], [1.5], [AT])
    foreign = PROFILES["chirpstack"](json.dumps({**body, "object": {"t1": 3}}).encode(), "cs", AT)
    assert [(fault.reason, fault.device, fault.detail) for fault in foreign.faults] == [
        ("unknown_property", "0101", "t1")
    ]

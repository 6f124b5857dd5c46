"""Rows of many ids at once are those a dictionary would give."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.device import Device, DeviceKind
from bongsu.core.register import PROPERTIES, register_of

SOME = PROPERTIES[:4]


@st.composite
def registers(draw):
    observes = draw(st.lists(st.lists(st.sampled_from(SOME), unique=True), min_size=1, max_size=8))
    devices = [Device(id=f"D-{at}", kind=DeviceKind.OTHER, observes=tuple(one)) for at, one in enumerate(observes)]
    first = register_of(devices[: len(devices) // 2])
    return register_of(devices, first) if draw(st.booleans()) else register_of(devices)


@given(registers(), st.lists(st.tuples(st.integers(-1, 9), st.integers(-1, 3)), max_size=30))
def test_a_datastream_is_found_by_device_and_property_and_no_other_devices_is(register, asked):
    known = [(min(device, len(register.devices) - 1), code) for device, code in asked]
    expected = [
        register.stream_row[register.devices[device].id].get(PROPERTIES[code], -1) if device >= 0 and code >= 0 else -1
        for device, code in known
    ]
    device, code = (np.array([pair[at] for pair in known], kind) for at, kind in ((0, np.int32), (1, np.int16)))
    assert register.stream_row.rows_of(device, code).tolist() == expected
    for row in (found for found in expected if found >= 0):
        assert (register.stream_device[row], register.stream_property[row]) in set(known)


@given(st.sets(st.text(min_size=1, max_size=6), max_size=40), st.lists(st.text(min_size=1, max_size=6), max_size=20))
def test_an_id_is_found_by_its_row_and_a_strange_one_is_none(ids, strange):
    register = register_of([Device(id=each, kind=DeviceKind.OTHER, observes=()) for each in sorted(ids)])
    asked = [*ids, *strange]
    assert register.index.rows_of(asked).tolist() == [register.device_row.get(each, -1) for each in asked]

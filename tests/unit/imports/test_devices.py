"""A register of devices: every row becomes a device or is kept out for a reason, and nothing it says makes us fail."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.device import DeviceKind
from bongsu.core.errors import BongsuError, Invalid
from bongsu.core.geo import Point
from bongsu.imports import devices

HEADER = "id,kind,observes,name,lon,lat,site,ward,source\n"


def read(*rows: str):
    return devices.read_bytes((HEADER + "\n".join(rows)).encode())


def test_a_row_becomes_a_device_with_all_it_says():
    (device,), quality = read("D-1,door,door_open battery,현관,127.1,37.5,home-7,ward-7,gw-1")
    assert (device.id, device.kind, device.observes) == ("D-1", DeviceKind.DOOR, ("door_open", "battery"))
    assert device.where == Point(127.1, 37.5)
    assert (device.name, device.site, device.ward, device.source) == ("현관", "home-7", "ward-7", "gw-1")
    assert (quality.rows, quality.imported) == (1, 1)


def test_a_drills_device_says_so_and_another_word_there_is_a_fault():
    header = "id,kind,observes,훈련\n"
    found, quality = devices.read_bytes((header + "D-1,bin,fill,예\nD-2,bin,fill,\nD-3,bin,fill,maybe").encode())
    assert [(device.id, device.exercise) for device in found] == [("D-1", True), ("D-2", False)]
    assert [(fault.reason, fault.value) for fault in quality.quarantined] == [("exercise", "maybe")]


def test_a_traffic_detector_needs_the_way_it_watches_and_others_may_say_it():
    header = "id,kind,observes,lon,lat,방향각\n"
    rows = ["V-1,traffic_detector,speed,127.1,37.5,92.5", "V-2,traffic_detector,speed,127.1,37.5,"]
    rows += [
        "V-3,traffic_detector,speed,127.1,37.5,east",
        "V-4,traffic_detector,speed,127.1,37.5,361",
        "B-1,bin,fill,,,",
    ]
    found, quality = devices.read_bytes((header + "\n".join(rows)).encode())
    assert [(device.id, device.heading_deg) for device in found] == [("V-1", 92.5), ("B-1", None)]
    assert [(one.reason, one.value) for one in quality.quarantined] == [("heading", bad) for bad in ("", "east", "361")]


def test_a_device_that_moves_has_no_place():
    (device,), _ = read("W-1,wearable,battery,,,,,ward-7,")
    assert device.where is None


def test_korean_headers_are_read_in_any_order_and_in_cp949():
    text = "종류,기기번호,측정항목\nbin,B-1,fill;temperature\n"
    (device,), _ = devices.read_bytes(text.encode("cp949"))
    assert (device.id, device.observes) == ("B-1", ("fill", "temperature"))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("D 1,door,door_open,,,,,,", "id"),
        ("D.1,door,door_open,,,,,,", "id"),
        (",door,door_open,,,,,,", "id"),
        ("D-1,toaster,door_open,,,,,,", "kind"),
        ("D-1,door,mood,,,,,,", "observed_property"),
        ("D-1,door,door_open,,here,37.5,,,", "coordinates"),
        ("D-1,door,door_open,,127.1,,,,", "coordinates"),
        ("D-1,door,door_open,,37.5,127.1,,,", "coordinates"),
        ("D-1,door", "unreadable"),
    ],
)
def test_a_row_that_is_no_device_is_kept_out_with_its_reason(row, reason):
    (good,), quality = read(row, "D-9,door,door_open,,,,,,")
    assert good.id == "D-9"
    assert [(one.row, one.reason) for one in quality.quarantined] == [(1, reason)]


def test_the_second_of_two_rows_of_one_id_is_kept_out():
    (device,), quality = read("D-1,door,door_open,first,,,,,", "D-1,door,door_open,second,,,,,")
    assert device.name == "first"
    assert quality.quarantined[0].reason == "duplicate"


def test_a_table_without_the_needed_columns_is_refused_and_they_are_named():
    with pytest.raises(Invalid) as told:
        devices.read_bytes(b"id,name\nD-1,door\n")
    assert told.value.code == "devices.header"
    assert "observes" in str(told.value.facts["missing"])


@given(st.binary(max_size=400))
def test_whatever_the_bytes_say_every_row_is_accounted_for(data):
    try:
        rows, quality = devices.read_bytes(HEADER.encode() + data)
    except BongsuError:
        return
    assert quality.rows == quality.imported + len(quality.quarantined)
    assert len(rows) == quality.imported

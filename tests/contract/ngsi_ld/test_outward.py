"""A hub that expects other types and names finds the city's things under those, and still no person among them."""

from __future__ import annotations

import asyncio
import json

import pytest

from bongsu import sharing
from bongsu.core.device import Device, DeviceKind
from bongsu.core.errors import Invalid
from bongsu.core.geo import Point
from bongsu.core.revision import RecordKind, Zone
from bongsu.desk.board import Board
from bongsu.store import Store, assets
from fakes.desk import NOON
from fakes.ngsi_ld import a_hub, a_subscription
from fakes.procedures import a_revision

RING = ((127.1, 37.5), (127.2, 37.5), (127.2, 37.6), (127.1, 37.5))
HOME = Point(127.123456, 37.512345)
DEVICES = (
    Device(id="BIN-1", kind=DeviceKind.BIN, observes=("fill",), where=Point(127.1, 37.5), name="시장 앞"),
    Device(id="WATCH-1", kind=DeviceKind.WEARABLE, observes=(), ward="P-1"),
    Device(id="WATER-1", kind=DeviceKind.WATER_METER, observes=("water",), site="home-1", where=HOME),
    Device(id="DOOR-1", kind=DeviceKind.DOOR, observes=("door",), site="home-1", ward="P-1"),
    Device(id="PHONE-1", kind=DeviceKind.PHONE, observes=()),
    Device(id="MOTION-1", kind=DeviceKind.ACTIVITY, observes=()),
)
RECORDS = """
[[entity]]
kind = "Device"
type = "WasteContainer"
attribute = [{ of = "name", name = "binName" }, { of = "category", shown = false }]

[[entity]]
kind = "Zone"
type = "https://smartdatamodels.org/Area"
"""


def write(folder, text=RECORDS):
    (folder / "outward.toml").write_text(text)


async def test_a_query_and_the_types_know_a_device_by_the_hubs_words(tmp_path):
    write(tmp_path)
    async with a_hub(tmp_path, devices=DEVICES) as hub:
        (told,) = (await hub.get("/entities?type=WasteContainer&q=binName==%22시장 앞%22&options=keyValues")).json()
        assert told["id"] == "urn:ngsi-ld:Device:bongsu:BIN-1"
        assert told["type"] == "WasteContainer"
        assert told["controlledProperty"] == ["fill"]
        assert not {"name", "category"} & told.keys()
        assert await hub.ids("type=Device") == []
        one = (await hub.get("/entities/urn:ngsi-ld:Device:bongsu:BIN-1")).json()
        assert one["type"] == "WasteContainer"
        types = (await hub.get("/types")).json()["typeList"]
        assert "WasteContainer" in types
        assert "Device" not in types


async def test_no_record_makes_an_entity_of_a_person(tmp_path):
    write(tmp_path)
    board = Board()
    for name, purpose in (("market", ""), ("home-1", ""), ("safe-1", "personal")):
        board.records[RecordKind.ZONE, name] = a_revision(
            RecordKind.ZONE, name, Zone(name=name, purpose=purpose, ring=RING)
        )
    async with a_hub(tmp_path, devices=DEVICES, board=board) as hub:
        told = (await hub.get("/entities?type=WasteContainer,https://smartdatamodels.org/Area")).json()
        assert [one["id"].rpartition(":")[2] for one in told] == ["BIN-1", "market"]
        for name in ("WATCH-1", "WATER-1", "DOOR-1", "PHONE-1", "MOTION-1"):
            assert (await hub.get(f"/entities/urn:ngsi-ld:Device:bongsu:{name}")).status_code == 404
        assert not [word for word in ("P-1", "home-1", "127.123456") if word in json.dumps(told)]


async def test_a_subscription_in_the_hubs_words_is_told(tmp_path, ear, monkeypatch):
    monkeypatch.setattr(sharing, "CHANGES_S", 0.02)
    write(tmp_path)
    board = Board()
    async with a_hub(tmp_path, board=board) as hub:
        asked = a_subscription(ear, kind="https://smartdatamodels.org/Area")
        assert (await hub.post("/subscriptions", asked)).status_code == 201
        await asyncio.sleep(0.2)
        board.records[RecordKind.ZONE, "market"] = a_revision(RecordKind.ZONE, "market", Zone(name="시장", ring=RING))
        (told,) = await ear.wait(1)
        assert told["data"][0]["type"] == "https://smartdatamodels.org/Area"
        assert told["data"][0]["name"]["value"] == "시장"


async def test_what_is_ours_stays_ours_under_another_type(tmp_path):
    write(tmp_path)
    async with a_hub(tmp_path, devices=DEVICES) as hub:
        body = {"id": "urn:ngsi-ld:Device:bongsu:BIN-1", "type": "WasteContainer"}
        assert (await hub.post("/entities", body)).status_code == 422


async def test_a_wrong_record_stops_the_start(tmp_path):
    write(tmp_path, '[[entity]]\nkind = "Ward"\n')
    with pytest.raises(Invalid, match=r"settings\.wrong"):
        async with a_hub(tmp_path):
            pass


async def test_the_register_that_was_brought_in_makes_no_entity_of_a_person(tmp_path):
    write(tmp_path)
    store = Store(tmp_path)
    await store.db.write(lambda c: assets.put(c, assets.DEVICES, assets.encode_rows(DEVICES), NOON))
    store.close()
    async with a_hub(tmp_path) as hub:
        async with asyncio.timeout(5):
            while not (found := await hub.ids("type=WasteContainer")):
                await asyncio.sleep(0.01)
        assert found == ["Device:bongsu:BIN-1"]
        board = hub.board
        for name in ("market", "home-1"):
            board.records[RecordKind.ZONE, name] = a_revision(RecordKind.ZONE, name, Zone(name=name, ring=RING))
        assert await hub.ids("type=https://smartdatamodels.org/Area") == ["Zone:bongsu:market"]

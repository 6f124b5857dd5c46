"""What the city owns is read and never written; a person is no entity."""

from __future__ import annotations

import json

from msgspec.structs import replace

from bongsu.core.device import Device, DeviceKind
from bongsu.core.entry import Entry, Recorded
from bongsu.core.geo import Point
from bongsu.core.report import Status
from bongsu.core.revision import RecordKind, Zone
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from fakes.desk import NOON, FlatCity, a_report
from fakes.ngsi_ld import ERRORS, a_hub, an_entity
from fakes.procedures import a_revision

RING = ((127.1, 37.5), (127.2, 37.5), (127.2, 37.6), (127.1, 37.5))
HOME = Point(127.123456, 37.512345)
DEVICES = (
    Device(id="BIN-1", kind=DeviceKind.BIN, observes=("fill",), where=Point(127.1, 37.5)),
    Device(id="WATCH-1", kind=DeviceKind.WEARABLE, observes=(), ward="P-1"),
    Device(id="WATER-1", kind=DeviceKind.WATER_METER, observes=("water",), site="home-1", where=HOME),
    Device(id="DOOR-1", kind=DeviceKind.DOOR, observes=("door",), site="home-1", ward="P-1"),
    Device(id="PHONE-1", kind=DeviceKind.PHONE, observes=()),
    Device(id="MOTION-1", kind=DeviceKind.ACTIVITY, observes=()),
)


def a_board(**fields):
    """A board with one fire at somebody's home."""
    board = Board()
    told = {"where": HOME, "address": "김영희 씨 댁, 올림픽로 1", "text": "할머니가 쓰러졌다", "kind": "fire"}
    told |= {"status": Status.ACTUAL} | fields
    change = hear(board, replace(a_report(), **told), FlatCity(), NOON).changes[0]
    board.apply(Recorded(seq=1, entry=Entry(changes=(change,))))
    return board


async def test_devices_of_persons_and_of_their_homes_do_not_appear(tmp_path):
    async with a_hub(tmp_path, devices=DEVICES) as hub:
        assert await hub.ids("type=Device") == ["Device:bongsu:BIN-1"]
        for name in ("WATCH-1", "WATER-1", "DOOR-1", "PHONE-1", "MOTION-1"):
            assert (await hub.get(f"/entities/urn:ngsi-ld:Device:bongsu:{name}")).status_code == 404
        told = (await hub.get("/types/Device")).json()
        assert told["entityCount"] == 1


async def test_a_zone_where_somebody_lives_or_of_a_wearer_is_told_nobody(tmp_path):
    board = Board()
    for name, purpose in (("market", ""), ("home-1", ""), ("safe-1", "personal")):
        board.records[RecordKind.ZONE, name] = a_revision(
            RecordKind.ZONE, name, Zone(name=name, purpose=purpose, ring=RING)
        )
    async with a_hub(tmp_path, devices=DEVICES, board=board) as hub:
        assert await hub.ids("type=Zone") == ["Zone:bongsu:market"]
        assert (await hub.get("/entities/urn:ngsi-ld:Zone:bongsu:home-1")).status_code == 404
        hub.sharing._homes = None  # the register was not read yet
        assert await hub.ids("type=Zone") == []


async def test_an_incident_appears_only_where_its_kind_is_public_and_says_nothing_of_anybody(tmp_path):
    async with a_hub(tmp_path, board=a_board(), public_kinds=("fire",)) as hub:
        (told,) = (await hub.get("/entities?type=Alert")).json()
        assert told["subCategory"]["value"] == "fire"
        assert told["location"]["value"]["coordinates"] == [127.123, 37.512]
        text = json.dumps(told, ensure_ascii=False)
        assert not [word for word in ("김영희", "올림픽로", "할머니", "127.1234", "POLICE") if word in text]
    async with a_hub(tmp_path, board=a_board()) as hub:
        assert await hub.ids("type=Alert") == []


async def test_an_exercise_is_no_alert(tmp_path):
    async with a_hub(tmp_path, board=a_board(status=Status.EXERCISE), public_kinds=("fire",)) as hub:
        assert await hub.ids("type=Alert") == []


async def test_what_is_the_citys_own_can_be_neither_made_nor_changed(tmp_path):
    async with a_hub(tmp_path, devices=DEVICES) as hub:
        mine = an_entity("Device:bongsu:BIN-1", "Device", fill=1)
        answers = [
            await hub.post("/entities", mine),
            await hub.patch("/entities/urn:ngsi-ld:Device:bongsu:BIN-1/attrs", {"fill": 1}),
            await hub.delete("/entities/urn:ngsi-ld:Device:bongsu:BIN-1"),
        ]
        told = [(one.status_code, one.json()["type"]) for one in answers]
        assert told == [(422, ERRORS + "OperationNotSupported")] * 3

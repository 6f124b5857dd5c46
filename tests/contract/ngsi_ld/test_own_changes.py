"""Who subscribes to the city's own things is told when they change, and of nobody's person."""

from __future__ import annotations

import asyncio
import json

import pytest
from msgspec.structs import replace

from bongsu import sharing
from bongsu.core.device import Device, DeviceKind
from bongsu.core.entry import Entry, Recorded
from bongsu.core.geo import Point
from bongsu.core.incident import What
from bongsu.core.report import Status
from bongsu.core.revision import RecordKind, Zone
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.web.ngsi_ld.changes import Changes, Kind
from bongsu.wires.ngsi_ld.models import shareable
from fakes.desk import NOON, FlatCity, a_report
from fakes.ngsi_ld import a_hub, a_subscription
from fakes.procedures import a_revision

clause = pytest.mark.clause

HOME = Point(127.123456, 37.512345)
RING = ((127.1, 37.5), (127.2, 37.5), (127.2, 37.6), (127.1, 37.5))
BIN = Device(id="BIN-1", kind=DeviceKind.BIN, observes=("fill",), where=Point(127.1, 37.5))
BAND = Device(id="BAND-1", kind=DeviceKind.WEARABLE, observes=(), ward="P-1")


@pytest.fixture(autouse=True)
def looked_at_often(monkeypatch):
    monkeypatch.setattr(sharing, "CHANGES_S", 0.02)


def open_fire(board, seq, **fields):
    told = {
        "where": HOME,
        "address": "김영희 씨 댁",
        "text": "할머니가 쓰러졌다",
        "kind": "fire",
        "status": Status.ACTUAL,
    }
    change = hear(board, replace(a_report(), **told | fields), FlatCity(), NOON).changes[0]
    board.apply(Recorded(seq=seq, entry=Entry(changes=(change,))))
    return change.incident


def close(board, seq, incident):
    change = hear(board, replace(a_report("91"), status=Status.ACTUAL), FlatCity(), NOON).changes[0]
    assert change.what is What.CLOSED
    assert change.incident.id == incident.id
    board.apply(Recorded(seq=seq, entry=Entry(changes=(change,))))


def put_zone(board, name):
    board.records[RecordKind.ZONE, "market"] = a_revision(RecordKind.ZONE, "market", Zone(name=name, ring=RING))


@clause("5.8.6")
async def test_a_public_incident_is_told_when_it_opens_and_when_it_is_over_and_says_nothing_of_anybody(tmp_path, ear):
    board = Board()
    async with a_hub(tmp_path, board=board, public_kinds=("fire",)) as hub:
        asked = a_subscription(ear, kind="Alert", notificationTrigger=["entityCreated", "entityDeleted"])
        assert (await hub.post("/subscriptions", asked)).status_code == 201
        await asyncio.sleep(0.2)
        incident = open_fire(board, 1)
        (told,) = await ear.wait(1)
        assert told["data"][0]["subCategory"]["value"] == "fire"
        text = json.dumps(told, ensure_ascii=False)
        assert not [word for word in ("김영희", "할머니", "127.1234", "POLICE") if word in text]
        close(board, 2, incident)
        _, gone = await ear.wait(2)
        assert gone["data"][0]["id"] == told["data"][0]["id"]


async def test_an_exercise_and_a_kind_that_is_not_public_are_told_to_nobody(tmp_path, ear):
    board = Board()
    async with a_hub(tmp_path, board=board, public_kinds=("fire",)) as hub:
        await hub.post("/subscriptions", a_subscription(ear, kind="Alert"))
        await hub.post("/subscriptions", a_subscription(ear, kind="Zone"))
        await asyncio.sleep(0.2)
        open_fire(board, 1, status=Status.EXERCISE)
        open_fire(board, 2, key="K2", occurrence="O2", kind="robbery")
        put_zone(board, "시장")
        await ear.wait(1)
        await asyncio.sleep(0.2)
        assert [body["data"][0]["type"] for _, body in ear.heard] == ["Zone"]


async def test_a_zone_is_told_by_its_id_alone_and_only_the_attribute_that_is_watched(tmp_path, ear):
    board = Board()
    put_zone(board, "시장")
    async with a_hub(tmp_path, board=board) as hub:
        name = "urn:ngsi-ld:Zone:bongsu:market"
        asked = a_subscription(ear, entities=[{"id": name, "type": "Zone"}], watchedAttributes=["name"])
        assert (await hub.post("/subscriptions", asked)).status_code == 201
        await asyncio.sleep(0.2)
        put_zone(board, "새 시장")
        (told,) = await ear.wait(1)
        assert (told["data"][0]["id"], told["data"][0]["name"]["value"]) == (name, "새 시장")


async def test_a_new_register_tells_of_its_bins_and_never_of_who_wears_a_device(tmp_path, ear):
    async with a_hub(tmp_path) as hub:
        await hub.post("/subscriptions", a_subscription(ear, kind="Device"))
        await asyncio.sleep(0.2)
        hub.sharing._devices = shareable((BIN, BAND))
        (told,) = await ear.wait(1)
        assert [one["id"] for one in told["data"]] == ["urn:ngsi-ld:Device:bongsu:BIN-1"]


async def test_a_notification_of_our_own_waits_on_disk_for_a_subscriber_that_is_away(tmp_path, ear):
    board = Board()
    ear.answers = 503
    async with a_hub(tmp_path, board=board) as hub:
        await hub.post("/subscriptions", a_subscription(ear, kind="Zone"))
        await asyncio.sleep(0.2)
        put_zone(board, "시장")
        await ear.wait(1)
    ear.answers = 200
    async with a_hub(tmp_path, board=board):
        told = await ear.wait(2)
        assert told[1]["data"][0]["name"]["value"] == "시장"


def test_what_nobody_wants_to_know_is_not_even_read():
    def read():
        raise AssertionError

    assert Changes({"camera": Kind(read, read)}, lambda kind: False).look() == {}


def test_the_same_register_is_not_compared_again():
    class Register(dict):
        def get(self, *_):
            raise AssertionError

    same = Register(C1="camera")
    changes = Changes({"camera": Kind(lambda: same, lambda one: None)}, lambda kind: True)
    assert [changes.look(), changes.look()] == [{}, {}]

"""Clause 5.8: subscriptions and their notifications, through the routes of 6.10 and 6.11."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from fakes.desk import NOON
from fakes.ngsi_ld import CORE, ERRORS, LINK, OTHER, a_hub, a_place, a_subscription, an_ear, an_entity

clause = pytest.mark.clause

NEAR = {"georel": "near;maxDistance==500", "geometry": "Point", "coordinates": [127.1, 37.5]}


async def subscribe(hub, told, **headers):
    """Make a subscription; its path."""
    answer = await hub.post("/subscriptions", told, **headers)
    assert answer.status_code == 201, answer.text
    return answer.headers["location"].removeprefix("/ngsi-ld/v1")


async def told_only(hub, ear, count):
    """The ids of the entities heard of so far, once a last one that everybody hears of was heard."""
    bodies = await ear.wait(count)
    return [entity["id"].removeprefix("urn:ngsi-ld:") for body in bodies for entity in body["data"]]


@clause("5.8.1", "5.8.6", "6.10.3.1", "5.3.1", "6.3.8")
async def test_a_change_is_told_of_once_it_is_committed(hub, ear):
    path = await subscribe(hub, a_subscription(ear))
    await hub.make(an_entity(brightness=7))
    (body,) = await ear.wait(1)
    assert body["type"] == "Notification"
    assert path.endswith(body["subscriptionId"])
    assert body["data"] == [an_entity(brightness=7)]
    headers, _ = ear.heard[0]
    assert (headers["line"], headers["content-type"]) == ("POST /hear HTTP/1.1", "application/json")
    assert CORE in headers["link"]


@clause("5.8.6", "5.2.12")
@pytest.mark.parametrize(
    ("fields", "heard"),
    [
        ({"entities": [{"type": "Bin"}]}, ["Bin:1", "Bin:9"]),
        ({"entities": [{"type": "Lamp", "id": "urn:ngsi-ld:Lamp:1"}, {"type": "Bin", "id": "urn:ngsi-ld:Bin:9"}]},
         ["Lamp:1", "Lamp:1", "Bin:9"]),
        ({"entities": [{"type": "*", "idPattern": "urn:ngsi-ld:Bin:.*"}]}, ["Bin:1", "Bin:9"]),
        ({"entities": [{"type": "*", "idPattern": ".*:[19]"}], "watchedAttributes": ["height", "end"]}, ["Bin:9"]),
        ({"watchedAttributes": ["brightness", "end"]}, ["Lamp:1", "Lamp:1", "Bin:9"]),
        ({"entities": [{"type": "*"}], "q": "brightness>5|end"}, ["Lamp:1", "Bin:9"]),
        ({"entities": [{"type": "*"}], "q": 'state=="full"'}, ["Bin:9"]),
        ({"entities": [{"type": "*"}], "geoQ": NEAR}, ["Lamp:1", "Lamp:1", "Bin:9"]),
        ({"entities": [{"type": "*"}], "geoQ": {**NEAR, "georel": "near;minDistance==500"}}, ["Bin:1"]),
    ],
)  # fmt: skip
async def test_only_what_is_meant_is_told_of(hub, ear, fields, heard):
    await subscribe(hub, a_subscription(ear, **fields))
    await hub.make(an_entity(brightness=3, location=a_place(127.1, 37.5)))
    await hub.make(an_entity("Bin:1", "Bin", state="ok", location=a_place(127.2, 37.5)))
    await hub.patch("/entities/urn:ngsi-ld:Lamp:1/attrs", {"brightness": 9})
    await hub.make(an_entity("Bin:9", "Bin", state="full", end=1, location=a_place(127.1, 37.5)))
    wanted = heard if "Bin:9" in heard else [*heard, "Bin:9"]
    if wanted != heard:  # of the last one it does not hear: another subscription says when all is told
        await subscribe(hub, a_subscription(ear, entities=[{"type": "Last"}]))
        await hub.make(an_entity("Bin:9:last", "Last"))
        wanted = [*heard, "Bin:9:last"]
    assert await told_only(hub, ear, len(wanted)) == wanted


@clause("5.8.6")
async def test_what_stays_as_it_is_is_not_told_of(hub, ear):
    await hub.make(an_entity(brightness=3))
    await subscribe(hub, a_subscription(ear))
    await hub.patch("/entities/urn:ngsi-ld:Lamp:1/attrs", {"brightness": 3})
    await hub.patch("/entities/urn:ngsi-ld:Lamp:1/attrs", {"brightness": 4})
    (body,) = await ear.wait(1)
    assert body["data"][0]["brightness"]["value"] == 4


@clause("5.8.6", "5.2.14")
async def test_a_notification_has_the_form_the_attributes_and_the_headers_asked_for(hub, ear):
    endpoint = {"uri": ear.url, "accept": "application/ld+json", "receiverInfo": [{"key": "X-Key", "value": "sesame"}]}
    told = {"attributes": ["brightness"], "format": "keyValues", "endpoint": endpoint}
    path = await subscribe(hub, a_subscription(ear, notification=told), Link=LINK)
    await hub.post("/entities", an_entity(brightness=7, height=2), Link=LINK)
    (body,) = await ear.wait(1)
    assert body["data"] == [{"id": "urn:ngsi-ld:Lamp:1", "type": "Lamp", "brightness": 7}]
    assert body["@context"] == "https://city.example/context.jsonld"
    assert (ear.heard[0][0]["x-key"], "link" in ear.heard[0][0]) == ("sesame", False)
    shown = (await hub.get(path)).json()["notification"]["endpoint"]
    assert shown["receiverInfo"] == [{"key": "X-Key", "value": "…"}]


@clause("5.8.6")
async def test_what_is_deleted_is_told_of_to_whoever_asked(hub, ear):
    triggers = ["entityDeleted", "attributeDeleted"]
    await hub.make(an_entity(brightness=1, height=2))
    await subscribe(hub, a_subscription(ear, notificationTrigger=triggers))
    await hub.delete("/entities/urn:ngsi-ld:Lamp:1/attrs/height")
    await hub.delete("/entities/urn:ngsi-ld:Lamp:1")
    first, second = await ear.wait(2)
    assert first["data"][0]["height"] == {"type": "Property", "value": "urn:ngsi-ld:null"}
    assert second["data"][0].keys() == {"id", "type", "deletedAt"}


@clause("5.8.6", "5.2.14")
async def test_what_was_sent_and_what_failed_is_counted(tmp_path, ear):
    async with a_hub(tmp_path, attempts=1) as hub:
        path = await subscribe(hub, a_subscription(ear))
        await hub.make(an_entity())
        await ear.wait(1)
        ear.answers = 500
        await hub.make(an_entity("Lamp:2"))
        await ear.wait(2)
        told = await _settled(hub, path, 2)
        assert (told["timesSent"], told["timesFailed"], told["status"]) in ((2, 1, "ok"), (2, 1, "failed"))
        assert {"lastNotification", "lastSuccess", "lastFailure"} <= told.keys()
    async with a_hub(tmp_path, attempts=1) as hub:
        assert (await hub.get(path)).json()["notification"] == told


async def _settled(hub, path, sent):
    """The counts once so many tries are written down."""
    async with asyncio.timeout(10):
        while True:
            told = (await hub.get(path)).json()["notification"]
            if told["timesSent"] >= sent:
                return told
            await asyncio.sleep(0.01)


@clause("5.8.6")
async def test_what_could_not_be_delivered_is_tried_again_even_after_a_restart(tmp_path, ear):
    ear.answers = 503
    async with a_hub(tmp_path) as hub:
        await subscribe(hub, a_subscription(ear))
        await hub.make(an_entity(brightness=7))
        await ear.wait(1)
    ear.answers = 200
    later = NOON + timedelta(minutes=10)
    async with a_hub(tmp_path, now=lambda: later) as hub:
        bodies = await ear.wait(2)
        assert [body["data"] for body in bodies] == [[an_entity(brightness=7)]] * 2
        assert bodies[0]["id"] == bodies[1]["id"]


@clause("5.8.6", "5.2.12")
async def test_throttled_and_expired_and_paused_subscriptions_are_silent(tmp_path, ear):
    clock = [NOON]
    async with a_hub(tmp_path, now=lambda: clock[0]) as hub:
        await subscribe(hub, a_subscription(ear, throttling=60, entities=[{"type": "A"}]))
        paused = await subscribe(hub, a_subscription(ear, isActive=False, entities=[{"type": "B"}]))
        over = a_subscription(ear, expiresAt="2026-11-22T23:59:00Z", entities=[{"type": "C"}])
        over_path = await subscribe(hub, over)
        await hub.make(an_entity("A:1", "A"), an_entity("A:2", "A"), an_entity("B:1", "B"))
        clock[0] = NOON + timedelta(days=2)
        await hub.make(an_entity("A:3", "A"), an_entity("C:1", "C"))
        assert await told_only(hub, ear, 2) == ["A:1", "A:3"]
        statuses = [(await hub.get(path)).json()["status"] for path in (paused, over_path)]
        assert statuses == ["paused", "expired"]


@clause("5.8.2", "6.11.3.2")
async def test_a_subscription_is_changed_and_what_is_not_told_stands(hub, ear):
    path = await subscribe(hub, a_subscription(ear, q="brightness>5", isActive=False), Link=LINK)
    assert (await hub.patch(path, {"isActive": True, "description": "다시"})).status_code == 204
    told = (await hub.get(path)).json()
    assert (told["description"], told["status"], told["q"]) == ("다시", "active", "brightness>5")
    await hub.post("/entities", an_entity(brightness=4), Link=LINK)
    await hub.post("/entities", an_entity("Lamp:2", brightness=6), Link=LINK)
    assert await told_only(hub, ear, 1) == ["Lamp:2"]
    assert (await hub.patch(path, {"q": "("})).status_code == 400
    assert (await hub.get(path)).json()["q"] == "brightness>5"


@clause("5.8.3", "5.8.4", "5.8.5", "6.10.3.2", "6.11.3.1", "6.11.3.3")
async def test_a_partner_sees_and_ends_its_own_subscriptions_alone(hub, ear):
    path = await subscribe(hub, a_subscription(ear))
    await subscribe(hub, a_subscription(ear), key=OTHER)
    listed = await hub.get("/subscriptions?count=true")
    assert (len(listed.json()), listed.headers["ngsild-results-count"]) == (1, "1")
    for answer in (await hub.get(path, key=OTHER), await hub.delete(path, key=OTHER)):
        assert (answer.status_code, answer.json()["type"]) == (404, ERRORS + "ResourceNotFound")
    assert (await hub.patch(path, {"isActive": False}, key=OTHER)).status_code == 404
    assert (await hub.delete(path)).status_code == 204
    assert (await hub.get(path)).status_code == 404


@clause("5.8.1", "5.2.12")
@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "Wish"}, {"entities": []}, {"entities": [{}]}, {"watchedAttributes": []}, {"q": "(("},
        {"geoQ": {"georel": "near"}}, {"notification": {"endpoint": {"uri": "ftp://a.example/"}}},
        {"notification": {"endpoint": {"uri": "http://kim:secret@a.example/"}}},
        {"notification": {"endpoint": {"uri": "http://"}}}, {"notification": {"format": "xml"}}, {"throttling": -1},
        {"expiresAt": "2020-01-01T00:00:00Z"}, {"expiresAt": "soon"}, {"isActive": "yes"}, {"surprise": 1},
        {"notification": {"endpoint": {"uri": "http://127.0.0.1/", "receiverInfo": [{"key": "Host", "value": "x"}]}}},
        {"notification": {"endpoint": {"uri": "http://a.b", "receiverInfo": [{"key": "A", "value": "\r\nB: y"}]}}},
    ],
)  # fmt: skip
async def test_an_unsound_subscription_is_bad_request_data(hub, wrong):
    answer = await hub.post("/subscriptions", {**a_subscription("http://127.0.0.1:9/"), **wrong})
    assert (answer.status_code, answer.json()["type"]) == (400, ERRORS + "BadRequestData")


@clause("5.8.1")
async def test_what_we_do_not_do_is_said(hub):
    answer = await hub.post("/subscriptions", a_subscription("http://127.0.0.1:9/", timeInterval=60))
    assert (answer.status_code, answer.json()["type"]) == (422, ERRORS + "OperationNotSupported")


@pytest.mark.parametrize(
    "inside",
    [
        "http://localhost:1/", "http://10.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest/meta-data",
        "http://192.168.0.1/", "http://[::ffff:10.0.0.1]/", "http://0.0.0.0/", "http://2130706433/",
    ],
)  # fmt: skip
async def test_an_endpoint_that_points_inside_is_refused(tmp_path, inside):
    async with a_hub(tmp_path, networks=()) as hub:
        answer = await hub.post("/subscriptions", a_subscription(inside))
        assert (answer.status_code, answer.json()["code"]) == (400, "error.ngsi_ld.endpoint")


async def test_an_endpoint_that_redirects_is_not_followed(hub, ear):
    async with an_ear() as inside:
        ear.answers, ear.headers = 307, {"Location": inside.url}
        path = await subscribe(hub, a_subscription(ear))
        await hub.make(an_entity())
        await ear.wait(1)
        told = await _settled(hub, path, 1)
        assert (told["status"], told["timesFailed"], inside.heard) == ("failed", 1, [])


async def test_an_endpoint_that_hangs_holds_up_nobody_else(hub, ear):
    async with an_ear() as hanging:
        hanging.hangs = True
        for n in range(40):
            await subscribe(hub, a_subscription(hanging, entities=[{"type": "Lamp"}], description=str(n)))
        await subscribe(hub, a_subscription(ear), key=OTHER)
        await hub.make(*(an_entity(f"Lamp:{n}") for n in range(5)))
        assert len(await ear.wait(5, within_s=5)) == 5

"""Clause 5.6: context information provision, through the routes of 6.4 to 6.7."""

from __future__ import annotations

import pytest

from fakes.ngsi_ld import ERRORS, LINK, VOCAB, Hub, a_hub, a_place, an_entity

clause = pytest.mark.clause


@clause("5.6.1", "6.4.3.1")
async def test_a_made_entity_is_answered_with_its_place_and_can_be_read(hub):
    told = an_entity(brightness=70, location=a_place(127.1, 37.5))
    answer = await hub.post("/entities", told)
    assert (answer.status_code, answer.content) == (201, b"")
    assert answer.headers["location"] == "/ngsi-ld/v1/entities/urn:ngsi-ld:Lamp:1"
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json() == told


@clause("5.6.1")
async def test_an_entity_is_made_once(hub):
    await hub.make(an_entity())
    answer = await hub.post("/entities", an_entity())
    assert (answer.status_code, answer.json()["type"]) == (409, ERRORS + "AlreadyExists")


@clause("5.6.1", "5.5.4")
@pytest.mark.parametrize(
    "wrong",
    [
        {"type": "Lamp"}, {"id": "urn:ngsi-ld:Lamp:1"}, {"id": "Lamp 1", "type": "Lamp"},
        {"id": "lamp", "type": "Lamp"},
        an_entity(brightness={"type": "Property"}), an_entity(brightness={"type": "Property", "value": None}),
        an_entity(brightness={"type": "Wish", "value": 1}),
        an_entity(on={"type": "Relationship", "object": "not a uri"}),
        an_entity(on={"type": "Relationship", "object": 7}), an_entity(location=a_place(181, 0)),
        an_entity(location={"type": "GeoProperty", "value": "127.1,37.5"}),
        an_entity(brightness={"type": "Property", "value": 1, "observedAt": "yesterday"}),
        an_entity(brightness={"type": "Property", "value": "urn:ngsi-ld:null"}),
        an_entity(**{"not a name": 1}), [], 7, "lamp", {**an_entity(), "type": 5}, {**an_entity(), "scope": 5},
    ],
)  # fmt: skip
async def test_an_unsound_entity_is_bad_request_data_and_nothing_is_kept(hub, wrong):
    answer = await hub.post("/entities", wrong)
    assert (answer.status_code, answer.json()["type"]) == (400, ERRORS + "BadRequestData")
    assert await hub.ids("type=Lamp") == []


@clause("5.6.1", "6.4.3.1")
async def test_an_acknowledged_entity_outlives_a_restart(tmp_path):
    told = an_entity(brightness={"type": "Property", "value": 3, "near": {"type": "Relationship", "object": "urn:a:b"}})
    async with a_hub(tmp_path) as hub:
        await hub.make(told, an_entity("Lamp:2"))
        await hub.delete("/entities/urn:ngsi-ld:Lamp:2")
    async with a_hub(tmp_path) as hub:
        assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json() == told
        assert await hub.ids("type=Lamp") == ["Lamp:1"]


@clause("5.6.2", "6.6.3.2")
async def test_update_attributes_replaces_those_there_are_and_tells_of_the_others(hub):
    await hub.make(an_entity(brightness=1, colour="white"))
    told = {"brightness": {"type": "Property", "value": 2}, "height": {"type": "Property", "value": 5}}
    answer = await hub.patch("/entities/urn:ngsi-ld:Lamp:1/attrs", told)
    assert answer.status_code == 207
    assert answer.json()["updated"] == [VOCAB + "brightness"]
    assert [one["attributeName"] for one in answer.json()["notUpdated"]] == [VOCAB + "height"]
    now = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues")).json()
    assert now == {"id": "urn:ngsi-ld:Lamp:1", "type": "Lamp", "brightness": 2, "colour": "white"}
    assert (await hub.patch("/entities/urn:ngsi-ld:Lamp:1/attrs", {"colour": "red"})).status_code == 204


@clause("5.6.3", "6.6.3.1")
async def test_append_adds_and_overwrites_unless_told_not_to(hub):
    await hub.make(an_entity(brightness=1))
    path = "/entities/urn:ngsi-ld:Lamp:1/attrs"
    assert (await hub.post(path, {"brightness": 2, "height": 5})).status_code == 204
    answer = await hub.post(f"{path}?options=noOverwrite", {"brightness": 3, "colour": "red"})
    assert (answer.status_code, answer.json()["updated"]) == (207, [VOCAB + "colour"])
    now = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues")).json()
    assert (now["brightness"], now["height"], now["colour"]) == (2, 5, "red")


@clause("5.6.4", "6.7.3.1", "5.5.8")
async def test_partial_update_leaves_what_it_does_not_tell(hub):
    await hub.make(an_entity(brightness={"type": "Property", "value": 1, "unitCode": "P1", "by": "kim"}))
    path = "/entities/urn:ngsi-ld:Lamp:1/attrs/brightness"
    assert (await hub.patch(path, {"value": 2, "observedAt": "2026-11-22T03:00:00Z"})).status_code == 204
    assert (await hub.patch(path, {"by": {"type": "Property", "value": "lee"}})).status_code == 204
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()["brightness"] == {
        "type": "Property", "value": 2, "unitCode": "P1", "observedAt": "2026-11-22T03:00:00Z",
        "by": {"type": "Property", "value": "lee"},
    }  # fmt: skip


@clause("5.6.4", "6.7.3.1")
async def test_partial_update_of_another_kind_or_of_nothing_is_refused(hub):
    await hub.make(an_entity(brightness=1))
    path = "/entities/urn:ngsi-ld:Lamp:1/attrs/"
    assert (await hub.patch(path + "brightness", {"object": "urn:a:b"})).status_code == 400
    wrong = {"type": "Relationship", "object": "urn:a:b"}
    assert (await hub.patch(path + "brightness", wrong)).status_code == 400
    assert (await hub.patch(path + "height", {"value": 2})).status_code == 404


@clause("5.6.5", "6.7.3.2", "4.5.5")
async def test_an_attribute_is_deleted_by_instance_or_whole(hub):
    two = [{"type": "Property", "value": 1}, {"type": "Property", "value": 2, "datasetId": "urn:a:2"}]
    await hub.make(an_entity(brightness=two))
    path = "/entities/urn:ngsi-ld:Lamp:1/attrs/brightness"
    assert (await hub.delete(path)).status_code == 204
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()["brightness"] == two[1]
    assert (await hub.delete(path)).status_code == 404
    assert (await hub.delete(f"{path}?deleteAll=true")).status_code == 204
    assert "brightness" not in (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()


@clause("5.6.6", "6.5.3.2")
async def test_a_deleted_entity_is_gone(hub):
    await hub.make(an_entity())
    assert (await hub.delete("/entities/urn:ngsi-ld:Lamp:1")).status_code == 204
    for answer in (await hub.delete("/entities/urn:ngsi-ld:Lamp:1"), await hub.get("/entities/urn:ngsi-ld:Lamp:1")):
        assert (answer.status_code, answer.json()["type"]) == (404, ERRORS + "ResourceNotFound")
    assert (await hub.delete("/entities/nonsense")).status_code == 400


@clause("5.6.17", "5.5.12", "6.5.3.4")
async def test_a_merge_patch_merges_objects_and_deletes_by_null(hub):
    await hub.make(an_entity(address={"type": "Property", "value": {"city": "서울", "gu": "송파"}}, height=5))
    told = {"address": {"type": "Property", "value": {"gu": "강남"}}, "height": "urn:ngsi-ld:null", "colour": "red"}
    assert (await hub.patch("/entities/urn:ngsi-ld:Lamp:1", told)).status_code == 204
    now = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues")).json()
    assert now["address"] == {"city": "서울", "gu": "강남"}
    assert ("height" in now, now["colour"]) == (False, "red")


@clause("5.6.18", "6.5.3.3")
async def test_replacing_an_entity_leaves_nothing_of_the_old_but_its_birthday(hub):
    await hub.make(an_entity(brightness=1, height=5))
    before = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=sysAttrs")).json()["createdAt"]
    answer = await hub.call("PUT", "/entities/urn:ngsi-ld:Lamp:1", an_entity(colour="red"))
    assert answer.status_code == 204
    now = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues,sysAttrs")).json()
    assert ("brightness" in now, now["colour"], now["createdAt"]) == (False, "red", before)
    other = await hub.call("PUT", "/entities/urn:ngsi-ld:Lamp:1", an_entity("Lamp:2"))
    assert other.status_code == 400


@clause("5.6.19", "6.7.3.3")
async def test_replacing_an_attribute_leaves_nothing_of_the_old(hub):
    await hub.make(an_entity(brightness={"type": "Property", "value": 1, "unitCode": "P1"}))
    path = "/entities/urn:ngsi-ld:Lamp:1/attrs/brightness"
    assert (await hub.call("PUT", path, {"type": "Property", "value": 9})).status_code == 204
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()["brightness"] == {"type": "Property", "value": 9}
    assert (await hub.call("PUT", path.replace("brightness", "none"), {"value": 1})).status_code == 404


@clause("5.6.7", "6.14.3.1")
async def test_a_batch_makes_what_it_can_and_tells_of_the_rest(hub):
    answer = await hub.post("/entityOperations/create", [an_entity(f"Lamp:{n}") for n in range(3)])
    assert (answer.status_code, len(answer.json())) == (201, 3)
    answer = await hub.post("/entityOperations/create", [an_entity("Lamp:2"), an_entity("Lamp:9"), {"id": "urn:a:b"}])
    assert (answer.status_code, answer.json()["success"]) == (207, ["urn:ngsi-ld:Lamp:9"])
    errors = {one["entityId"]: one["error"]["type"] for one in answer.json()["errors"]}
    assert errors == {"urn:ngsi-ld:Lamp:2": ERRORS + "AlreadyExists", "urn:a:b": ERRORS + "BadRequestData"}


@clause("5.6.8", "6.15.3.1")
async def test_an_upsert_makes_and_replaces_or_updates(hub):
    path = "/entityOperations/upsert"
    await hub.make(an_entity(brightness=1, height=5))
    answer = await hub.post(path, [an_entity(brightness=2), an_entity("Lamp:2")])
    assert (answer.status_code, answer.json()) == (201, ["urn:ngsi-ld:Lamp:2"])
    assert "height" not in (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()
    assert (await hub.post(f"{path}?options=update", [an_entity(height=6)])).status_code == 204
    now = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues")).json()
    assert (now["brightness"], now["height"]) == (2, 6)


@clause("5.6.8", "5.5.11")
async def test_of_one_entity_told_twice_in_a_batch_the_last_word_stands(hub):
    await hub.post("/entityOperations/upsert", [an_entity(brightness=1), an_entity(brightness=2)])
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues")).json()["brightness"] == 2


@clause("5.6.9", "6.16.3.1")
async def test_a_batch_update_adds_to_what_there_is(hub):
    await hub.make(an_entity(brightness=1))
    answer = await hub.post("/entityOperations/update", [an_entity(height=5), an_entity("Lamp:9", height=5)])
    assert (answer.status_code, answer.json()["success"]) == (207, ["urn:ngsi-ld:Lamp:1"])
    assert answer.json()["errors"][0]["error"]["status"] == 404
    more = await hub.post("/entityOperations/update?options=noOverwrite", [an_entity(height=9, colour="red")])
    assert more.status_code == 204
    now = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues")).json()
    assert (now["height"], now["colour"]) == (5, "red")


@clause("5.6.10", "6.17.3.1")
async def test_a_batch_deletes_by_ids(hub):
    await hub.make(an_entity(), an_entity("Lamp:2"))
    ids = ["urn:ngsi-ld:Lamp:1", "urn:ngsi-ld:Lamp:2"]
    assert (await hub.post("/entityOperations/delete", ids)).status_code == 204
    answer = await hub.post("/entityOperations/delete", ids[:1])
    assert (answer.status_code, answer.json()["errors"][0]["error"]["status"]) == (207, 404)


@clause("5.6.20", "6.31.3.1")
async def test_a_batch_merges(hub):
    await hub.make(an_entity(address={"type": "Property", "value": {"a": 1}}))
    merged = [{"id": "urn:ngsi-ld:Lamp:1", "address": {"type": "Property", "value": {"b": 2}}}]
    assert (await hub.post("/entityOperations/merge", merged)).status_code == 204
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues")).json()["address"] == {"a": 1, "b": 2}


@clause("5.6.7", "6.3.5")
async def test_each_entity_of_an_ld_batch_has_a_context_of_its_own(hub):
    own = {**an_entity(), "@context": "https://city.example/context.jsonld"}
    answer = await hub.post("/entityOperations/create", [own, an_entity("Lamp:2")], ld=True)
    assert (answer.status_code, answer.json()["success"]) == (207, ["urn:ngsi-ld:Lamp:1"])
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1", Link=LINK)).json()["type"] == "Lamp"
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()["type"] == "https://city.example/Lamp"


@pytest.mark.parametrize("path", ["create", "upsert", "update", "merge", "delete"])
@clause("5.6.7", "5.6.8", "5.6.9", "5.6.10")
async def test_an_empty_or_endless_batch_is_refused(hub: Hub, path: str):
    for batch in ([], {}, ["urn:a:b"] * 1001):
        assert (await hub.post(f"/entityOperations/{path}", batch)).status_code == 400

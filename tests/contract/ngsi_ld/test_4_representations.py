"""Clauses 4.5 and 4.6: the forms an entity is shown in, and those it may be told in."""

from __future__ import annotations

import pytest

from fakes.ngsi_ld import CORE, LINK, a_place, an_entity

clause = pytest.mark.clause

RICH = an_entity(
    brightness={"type": "Property", "value": 7, "unitCode": "P1", "observedAt": "2026-11-22T03:00:00Z"},
    mountedOn={"type": "Relationship", "object": "urn:ngsi-ld:Pole:1", "objectType": "Pole"},
    location=a_place(127.1, 37.5),
    name={"type": "LanguageProperty", "languageMap": {"ko": "가로등", "en": "lamp"}},
    raw={"type": "JsonProperty", "json": {"id": 1, "type": 2}},
    gender={"type": "VocabProperty", "vocab": "Male"},
    steps={"type": "ListProperty", "valueList": [1, [2]]},
    poles={"type": "ListRelationship", "objectList": [{"object": "urn:a:1"}]},
)


@clause("4.5.1", "4.5.2", "4.5.3", "4.5.18", "4.5.20", "4.5.21", "4.5.22", "4.5.24", "6.3.7")
async def test_every_kind_of_attribute_comes_back_as_it_was_told(hub):
    await hub.make(RICH)
    for form in ("", "?options=normalized", "?format=normalized"):
        assert (await hub.get(f"/entities/urn:ngsi-ld:Lamp:1{form}")).json() == RICH


@clause("4.5.4", "6.3.7")
async def test_the_simplified_form_is_values_alone(hub):
    await hub.make(RICH)
    for asked in ("options=keyValues", "options=simplified", "format=simplified"):
        assert (await hub.get(f"/entities/urn:ngsi-ld:Lamp:1?{asked}")).json() == {
            "id": "urn:ngsi-ld:Lamp:1", "type": "Lamp", "brightness": 7, "mountedOn": "urn:ngsi-ld:Pole:1",
            "location": {"type": "Point", "coordinates": [127.1, 37.5]},
            "name": {"languageMap": {"ko": "가로등", "en": "lamp"}}, "raw": {"json": {"id": 1, "type": 2}},
            "gender": {"vocab": "Male"}, "steps": {"valueList": [1, [2]]},
            "poles": {"objectList": [{"object": "urn:a:1"}]},
        }  # fmt: skip


@clause("4.5.1", "6.3.7")
async def test_the_concise_form_leaves_out_what_can_be_told_and_is_understood_again(hub):
    await hub.make(RICH)
    concise = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=concise")).json()
    assert concise["brightness"] == {"value": 7, "unitCode": "P1", "observedAt": "2026-11-22T03:00:00Z"}
    assert concise["location"] == {"type": "Point", "coordinates": [127.1, 37.5]}
    await hub.make({**concise, "id": "urn:ngsi-ld:Lamp:2"})
    again = (await hub.get("/entities/urn:ngsi-ld:Lamp:2")).json()
    assert {**again, "id": RICH["id"]} == RICH


@clause("4.5.5")
async def test_an_attribute_has_an_instance_of_each_dataset(hub):
    two = [{"type": "Property", "value": 1}, {"type": "Property", "value": 2, "datasetId": "urn:a:gps"}]
    await hub.make(an_entity(speed=two))
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()["speed"] == two
    simple = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues")).json()["speed"]
    assert simple == {"dataset": {"@none": 1, "urn:a:gps": 2}}
    twice = await hub.post("/entities", an_entity("Lamp:2", speed=[two[0], two[0]]))
    assert twice.status_code == 400


@clause("4.5.16", "6.3.15")
async def test_entities_are_shown_as_geojson(hub):
    await hub.make(an_entity(location=a_place(127.1, 37.5), brightness=7), an_entity("Lamp:2"))
    one = await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=keyValues", Accept="application/geo+json")
    assert one.headers["content-type"] == "application/geo+json"
    told = one.json()
    assert (told["type"], told["geometry"]["coordinates"], told["@context"]) == ("Feature", [127.1, 37.5], CORE)
    assert (told["properties"]["type"], told["properties"]["brightness"]) == ("Lamp", 7)
    many = (await hub.get("/entities?type=Lamp", Accept="application/geo+json")).json()
    assert [one["geometry"] is None for one in many["features"]] == [False, True]
    plain = await hub.get("/entities?type=Lamp", Accept="application/geo+json", Prefer="body=json")
    assert ("@context" in plain.json(), CORE in plain.headers["link"]) == (False, True)


@clause("6.3.11", "4.8")
async def test_what_the_system_adds_is_shown_when_asked_for(hub):
    await hub.make(an_entity(brightness=7))
    told = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?options=sysAttrs")).json()
    assert told["createdAt"] == told["modifiedAt"] == told["brightness"]["createdAt"] == "2026-11-22T03:00:00.000Z"
    assert "createdAt" not in (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()


@clause("4.15")
async def test_a_language_is_chosen_from_a_map(hub):
    await hub.make(RICH)
    told = (await hub.get("/entities/urn:ngsi-ld:Lamp:1?lang=en")).json()["name"]
    assert told == {"type": "Property", "value": "lamp", "lang": "en"}


@clause("4.16", "4.18")
async def test_an_entity_may_have_several_types_and_scopes(hub):
    await hub.make({"id": "urn:a:b", "type": ["Lamp", "Bin"], "scope": ["/seoul/songpa"]})
    told = (await hub.get("/entities/urn:a:b")).json()
    assert (told["type"], told["scope"]) == (["Lamp", "Bin"], "/seoul/songpa")
    assert [len(await hub.ids(f"type={asked}")) for asked in ("Lamp", "Bin", "(Lamp;Bin)", "Tree")] == [1, 1, 1, 0]


@clause("5.5.5", "5.5.7", "4.6.2")
async def test_the_core_context_cannot_be_overruled(hub):
    own = {**an_entity(location=a_place(127.1, 37.5)), "@context": {"location": "https://evil.example/location"}}
    assert (await hub.post("/entities", own, ld=True)).status_code == 201
    assert "location" in (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1", Link=LINK)).json()["location"]["type"] == "GeoProperty"

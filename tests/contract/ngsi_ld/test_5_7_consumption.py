"""Clauses 4.9, 4.10, 4.12, 4.13, 4.17 and 5.7: asking for entities, and for what there is to ask for."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from fakes.ngsi_ld import ERRORS, LINK, VOCAB, a_place, an_entity

clause = pytest.mark.clause


@pytest.fixture
async def lamps(hub):
    """Three lamps and a bin, two kilometres apart from west to east."""
    address = {"type": "Property", "value": {"city": "서울", "gu": "송파"}}
    seen = {"type": "Property", "value": 21.5, "observedAt": "2026-11-22T03:00:00Z", "accuracy": 0.5}
    by = {"type": "Relationship", "object": "urn:ngsi-ld:Pole:1"}
    name = {"type": "LanguageProperty", "languageMap": {"ko": "가로등", "en": "lamp"}}
    await hub.make(
        an_entity("Lamp:1", brightness=10, address=address, temperature=seen, location=a_place(127.10, 37.5)),
        an_entity("Lamp:2", brightness=20, mountedOn=by, name=name, location=a_place(127.1226, 37.5)),
        an_entity("Lamp:3", brightness=30, colours={"type": "Property", "value": ["red", "green"]}),
        an_entity("Bin:1", "Bin", level=0.4, state="ok", location=a_place(127.1452, 37.5)),
    )
    return hub


@clause("5.7.2", "6.4.3.2", "4.17")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("type=Lamp", ["Lamp:1", "Lamp:2", "Lamp:3"]), ("type=Lamp,Bin", ["Lamp:1", "Lamp:2", "Lamp:3", "Bin:1"]),
        ("type=(Lamp;Bin)", []), ("type=Tree", []), ("attrs=level", ["Bin:1"]),
        ("id=urn:ngsi-ld:Lamp:2,urn:ngsi-ld:Bin:1", ["Lamp:2", "Bin:1"]), ("id=urn:ngsi-ld:Lamp:9", []),
        ("type=Lamp&idPattern=urn:ngsi-ld:Lamp:[12]", ["Lamp:1", "Lamp:2"]),
        ("type=Lamp&idPattern=.*Lamp:3", ["Lamp:3"]), ("type=Lamp&idPattern=Lamp", []),
    ],
)  # fmt: skip
async def test_entities_are_found_by_type_id_pattern_and_names(lamps, query, found):
    assert await lamps.ids(query) == found


@clause("4.9")
@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("brightness==20", ["Lamp:2"]), ("brightness!=20", ["Lamp:1", "Lamp:3"]),
        ("brightness>=20", ["Lamp:2", "Lamp:3"]),
        ("brightness<20", ["Lamp:1"]), ("brightness==10..20", ["Lamp:1", "Lamp:2"]), ("brightness!=10..20", ["Lamp:3"]),
        ("brightness==10,30", ["Lamp:1", "Lamp:3"]), ("level", ["Bin:1"]), ('state=="ok"', ["Bin:1"]),
        ('state=="OK"', []), ("state==1", []), ('brightness=="10"', []), ("brightness>10;brightness<30", ["Lamp:2"]),
        ("brightness==10|brightness==30", ["Lamp:1", "Lamp:3"]),
        ("brightness==10|brightness==20;level", ["Lamp:1"]), ("(brightness==10|brightness==20);mountedOn", ["Lamp:2"]),
        ('address[city]=="서울"', ["Lamp:1"]), ("address[gu]", ["Lamp:1"]), ('address[dong]=="잠실"', []),
        ("temperature.observedAt>=2026-11-22T02:59:00Z", ["Lamp:1"]),
        ("temperature.observedAt>2026-11-22T03:00:00Z", []),
        ("temperature.accuracy==0.5", ["Lamp:1"]), ("mountedOn==urn:ngsi-ld:Pole:1", ["Lamp:2"]),
        ('mountedOn=="urn:ngsi-ld:Pole:1"', ["Lamp:2"]), ("mountedOn>urn:ngsi-ld:Pole:0", []),
        ('colours=="red"', ["Lamp:3"]), ('colours!="red"', []), ('name[ko]=="가로등"', ["Lamp:2"]),
        ('name[ko]=="lamp"', []), ('name[*]=="lamp"', ["Lamp:2"]), ('name=="lamp"', ["Lamp:2"]),
        ('state~="o."', ["Bin:1"]), ('state~="o"', []), ('state!~="x.*"', ["Bin:1"]), ('brightness~="1.*"', []),
    ],
)  # fmt: skip
async def test_the_query_language_finds(lamps, q, found):
    assert await lamps.ids(f"type=Lamp,Bin&q={quote(q)}") == found


@clause("4.9", "5.5.2")
@pytest.mark.parametrize("q", ["brightness==", "(brightness", "==5", "a;;b", "a[b", "a b", 'a=="x', "a~=(", "a>true"])
async def test_a_query_that_makes_no_sense_is_bad_request_data(lamps, q):
    answer = await lamps.get(f"/entities?type=Lamp&q={quote(q)}")
    assert (answer.status_code, answer.json()["type"]) == (400, ERRORS + "BadRequestData")


@clause("4.9", "5.5.2")
async def test_a_query_without_end_is_too_complex_and_a_bad_pattern_costs_nothing(lamps):
    answer = await lamps.get(f"/entities?type=Lamp&q={quote(';'.join(['a==1'] * 500))}")
    assert (answer.status_code, answer.json()["type"]) == (403, ERRORS + "TooComplexQuery")
    await lamps.make(an_entity("Text:1", "Text", text="a" * 5000))
    assert await lamps.ids("type=Text&q=" + quote('text~="(a*)*(a*)*b"')) == []


@clause("4.7", "4.10", "5.7.2")
@pytest.mark.parametrize(
    ("georel", "geometry", "coordinates", "found"),
    [
        ("near;maxDistance==100", "Point", "[127.1,37.5]", ["Lamp:1"]),
        ("near;maxDistance==2100", "Point", "[127.1,37.5]", ["Lamp:1", "Lamp:2"]),
        ("near;minDistance==2100", "Point", "[127.1,37.5]", ["Bin:1"]),
        ("within", "Polygon", "[[[127,37],[127.13,37],[127.13,38],[127,38],[127,37]]]", ["Lamp:1", "Lamp:2"]),
        ("disjoint", "Polygon", "[[[127,37],[127.13,37],[127.13,38],[127,38],[127,37]]]", ["Bin:1"]),
        ("intersects", "LineString", "[[127.1,37.4],[127.1,37.6]]", ["Lamp:1"]),
        ("equals", "Point", "[127.1452,37.5]", ["Bin:1"]), ("contains", "Point", "[127.1,37.5]", ["Lamp:1"]),
        ("overlaps", "Polygon", "[[[127,37],[127.13,37],[127.13,38],[127,38],[127,37]]]", []),
    ],
)  # fmt: skip
async def test_entities_are_found_by_place(lamps, georel, geometry, coordinates, found):
    asked = f"type=Lamp,Bin&georel={georel}&geometry={geometry}&coordinates={coordinates}"
    assert await lamps.ids(asked) == found


@clause("4.10")
@pytest.mark.parametrize(
    "asked",
    [
        "georel=near&geometry=Point&coordinates=[0,0]", "georel=near;maxDistance==x&geometry=Point&coordinates=[0,0]",
        "georel=beside&geometry=Point&coordinates=[0,0]", "georel=within&geometry=Blob&coordinates=[0,0]",
        "georel=within&geometry=Point&coordinates=[0]", "georel=within&geometry=Point&coordinates=0,0",
        "georel=within&geometry=Polygon&coordinates=[[[0,0],[1,1]]]", "geometry=Point&coordinates=[0,0]",
        "georel=within&geometry=Point&coordinates=[91,91]",
    ],
)  # fmt: skip
async def test_a_geo_query_that_makes_no_sense_is_bad_request_data(lamps, asked):
    assert (await lamps.get(f"/entities?type=Lamp&{asked}")).status_code == 400


@clause("4.12", "5.5.9", "6.3.10")
async def test_pages_lead_to_each_other(lamps):
    first = await lamps.get("/entities?type=Lamp&limit=2")
    assert [one["id"][-1] for one in first.json()] == ["1", "2"]
    assert 'offset=2>; rel="next"' in first.headers["link"]
    assert 'rel="prev"' not in first.headers["link"]
    second = await lamps.get("/entities?type=Lamp&limit=2&offset=2")
    assert [one["id"][-1] for one in second.json()] == ["3"]
    assert 'offset=0>; rel="prev"' in second.headers["link"]
    assert 'rel="next"' not in second.headers["link"]


@clause("4.13", "6.3.13", "6.3.10")
async def test_the_count_is_of_all_pages(lamps):
    answer = await lamps.get("/entities?type=Lamp&limit=1&count=true")
    assert (answer.headers["ngsild-results-count"], len(answer.json())) == ("3", 1)
    only = await lamps.get("/entities?type=Lamp&limit=0&count=true")
    assert (only.headers["ngsild-results-count"], only.json()) == ("3", [])
    assert "ngsild-results-count" not in (await lamps.get("/entities?type=Lamp")).headers
    for wrong in ("limit=0", "limit=-1", "limit=x", "offset=-1"):
        assert (await lamps.get(f"/entities?type=Lamp&{wrong}")).status_code == 400
    large = await lamps.get("/entities?type=Lamp&limit=1001")
    assert (large.status_code, large.json()["type"]) == (403, ERRORS + "TooManyResults")


@clause("5.7.2")
async def test_a_query_for_everything_and_one_we_do_not_understand_are_refused(lamps):
    assert (await lamps.get("/entities")).status_code == 400
    for name in ("scopeQ", "join", "csf"):
        answer = await lamps.get(f"/entities?type=Lamp&{name}=x")
        assert (answer.status_code, answer.json()["type"]) == (422, ERRORS + "OperationNotSupported")


@clause("5.7.1", "6.5.3.1")
async def test_an_entity_is_shown_cut_to_the_attributes_asked_for(lamps):
    answer = await lamps.get("/entities/urn:ngsi-ld:Lamp:1?attrs=brightness&options=keyValues")
    assert answer.json() == {"id": "urn:ngsi-ld:Lamp:1", "type": "Lamp", "brightness": 10}
    assert (await lamps.get("/entities/urn:ngsi-ld:Lamp:1?attrs=level")).status_code == 404
    assert (await lamps.get("/entities/urn:ngsi-ld:Lamp:9")).status_code == 404


@clause("5.7.2", "6.23.3.1", "5.2.23")
async def test_a_query_in_a_body_finds_the_same(lamps):
    near = {"georel": "near;maxDistance==2100", "geometry": "Point", "coordinates": [127.1, 37.5]}
    told = {
        "type": "Query",
        "entities": [{"type": "Lamp"}],
        "q": "brightness>10",
        "geoQ": near,
        "attrs": ["brightness"],
    }
    answer = await lamps.post("/entityOperations/query?options=keyValues", told)
    assert answer.json() == [{"id": "urn:ngsi-ld:Lamp:2", "type": "Lamp", "brightness": 20}]
    two = {"type": "Query", "entities": [{"type": "Bin"}, {"id": "urn:ngsi-ld:Lamp:1", "type": "Lamp"}]}
    assert len((await lamps.post("/entityOperations/query", two)).json()) == 2
    for wrong in ({"type": "Query"}, {"type": "Wish", "q": "a"}, {"type": "Query", "q": 5}, []):
        assert (await lamps.post("/entityOperations/query", wrong)).status_code == 400


@clause("5.7.5", "6.25.3.1", "5.7.6")
async def test_the_types_there_are(lamps):
    answer = (await lamps.get("/types")).json()
    assert (answer["type"], answer["typeList"]) == ("EntityTypeList", ["Bin", "Lamp"])
    told = {one["typeName"]: one for one in (await lamps.get("/types?details=true")).json()}
    assert told["Bin"] == {
        "id": VOCAB + "Bin", "type": "EntityType", "typeName": "Bin", "attributeNames": ["level", "state", "location"]
    }  # fmt: skip


@clause("5.7.7", "6.26.3.1")
async def test_one_type_with_its_attributes(lamps):
    told = (await lamps.get("/types/Lamp")).json()
    kinds = {one["attributeName"]: one["attributeTypes"] for one in told["attributeDetails"]}
    assert (told["entityCount"], kinds["mountedOn"], kinds["location"]) == (3, ["Relationship"], ["GeoProperty"])
    assert (await lamps.get("/types/Tree")).status_code == 404


@clause("5.7.8", "5.7.9", "6.27.3.1")
async def test_the_attributes_there_are(lamps):
    told = (await lamps.get("/attributes")).json()
    assert {"brightness", "level", "location"} <= set(told["attributeList"])
    full = {one["attributeName"]: one for one in (await lamps.get("/attributes?details=true")).json()}
    assert full["location"]["typeNames"] == ["Bin", "Lamp"]


@clause("5.7.10", "6.28.3.1")
async def test_one_attribute_with_its_types(lamps):
    told = (await lamps.get("/attributes/brightness")).json()
    assert (told["attributeCount"], told["typeNames"], told["attributeTypes"]) == (3, ["Lamp"], ["Property"])
    assert (await lamps.get("/attributes/none")).status_code == 404


@clause("5.5.7", "5.7.2")
async def test_names_are_read_in_the_context_of_the_request(hub):
    await hub.post("/entities", an_entity(brightness=5), Link=LINK)
    assert await hub.ids("type=Lamp") == []
    answer = await hub.get("/entities?type=Lamp&q=brightness==5", Link=LINK)
    assert [one["type"] for one in answer.json()] == ["Lamp"]
    assert await hub.ids("type=https://city.example/Lamp") == ["Lamp:1"]

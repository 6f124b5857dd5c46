"""Clause 6.3: what all operations have in common over HTTP; and who may come in at all."""

from __future__ import annotations

import pytest

from fakes.ngsi_ld import CITY_CONTEXT, CORE, ERRORS, LINK, SHUT, a_hub, an_entity

clause = pytest.mark.clause


@pytest.mark.parametrize("path", ["/entities?type=A", "/entities/urn:a:b", "/types", "/attributes", "/subscriptions"])
async def test_the_door_is_shut_to_strangers_and_to_partners_without_the_right(hub, path):
    assert (await hub.get(path, key="nonsense")).status_code == 401
    refused = await hub.get(path, key=SHUT)
    assert (refused.status_code, refused.json()["code"]) == (403, "error.partner.may_not_share")
    for write in ("/entities", "/entityOperations/upsert", "/subscriptions"):
        assert (await hub.post(write, [an_entity()], key=SHUT)).status_code == 403


@clause("6.3.2", "6.3.3", "5.5.2", "5.5.3")
async def test_an_error_is_a_json_object_with_its_type_title_and_detail(hub):
    answer = await hub.get("/entities/urn:a:b", Accept="application/ld+json", Accept_Language="en")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "type": ERRORS + "ResourceNotFound", "title": "The referred resource has not been found", "status": 404,
        "detail": "There is no such entity: urn:a:b", "code": "error.ngsi_ld.entity",
    }  # fmt: skip


@clause("6.3.4", "5.5.2")
async def test_a_body_that_is_no_json_is_an_invalid_request(hub):
    for body in (b"{", b"\xff", b"", b"[" * 100_000):
        answer = await hub.post("/entities", body)
        assert (answer.status_code, answer.json()["type"]) == (400, ERRORS + "InvalidRequest")
    assert (await hub.post("/entities", an_entity(), Content_Type="text/plain")).status_code == 415


@clause("6.3.4")
async def test_only_what_can_be_answered_is_accepted(hub):
    assert (await hub.get("/entities?type=Lamp", Accept="text/html")).status_code == 406
    assert (await hub.get("/types", Accept="application/geo+json")).status_code == 406
    liked = await hub.get("/entities?type=Lamp", Accept="application/json;q=0.5, application/ld+json")
    assert liked.headers["content-type"] == "application/ld+json"


@clause("6.3.5", "5.5.7")
async def test_the_context_stands_in_the_link_or_in_the_body_never_elsewhere(hub):
    own = {**an_entity(), "@context": CITY_CONTEXT}
    assert (await hub.post("/entities", own)).status_code == 400
    assert (await hub.post("/entities", an_entity(), ld=True)).status_code == 400
    assert (await hub.post("/entities", own, ld=True, Link=LINK)).status_code == 400
    assert (await hub.post("/entities", own, ld=True)).status_code == 201
    assert (await hub.get("/entities/urn:ngsi-ld:Lamp:1")).json()["type"] == "https://city.example/Lamp"


@clause("6.3.5", "5.5.2")
async def test_a_context_that_is_not_on_the_list_is_not_available_and_never_fetched(hub):
    unknown = LINK.replace("city.example", "elsewhere.example")
    answer = await hub.get("/entities?type=Lamp", Link=unknown)
    assert (answer.status_code, answer.json()["type"]) == (504, ERRORS + "LdContextNotAvailable")
    own = {**an_entity(), "@context": ["https://elsewhere.example/c", CORE]}
    assert (await hub.post("/entities", own, ld=True)).status_code == 504


@clause("6.3.6")
async def test_an_answer_names_its_context(hub):
    await hub.post("/entities", an_entity(brightness=5), Link=LINK)
    plain = await hub.get("/entities/urn:ngsi-ld:Lamp:1", Link=LINK)
    assert (plain.json()["type"], CITY_CONTEXT in plain.headers["link"]) == ("Lamp", True)
    whole = await hub.get("/entities?type=Lamp", Link=LINK, Accept="application/ld+json")
    assert (whole.json()[0]["@context"], "link" in whole.headers) == (CITY_CONTEXT, False)


@clause("6.3.14", "5.5.10", "4.14")
async def test_there_are_no_tenants(hub):
    answer = await hub.get("/entities?type=Lamp", NGSILD_Tenant="urn:a:b")
    assert (answer.status_code, answer.json()["type"]) == (501, ERRORS + "NoMultiTenantSupport")


@clause("6.3.2")
async def test_a_wrong_method_and_a_body_too_large_are_told_as_http_does(hub):
    answer = await hub.call("PUT", "/entities", an_entity())
    assert (answer.status_code, "POST" in answer.headers["allow"]) == (405, True)
    assert (await hub.post("/entities", b" " * (5 * 1024 * 1024))).status_code == 413


async def test_a_full_hub_takes_changes_and_nothing_new(tmp_path):
    async with a_hub(tmp_path, entities_at_most=2) as hub:
        await hub.make(an_entity(), an_entity("Lamp:2"))
        assert (await hub.post("/entities", an_entity("Lamp:3"))).status_code == 507
        assert (await hub.patch("/entities/urn:ngsi-ld:Lamp:1", {"height": 5})).status_code == 204
        await hub.delete("/entities/urn:ngsi-ld:Lamp:2")
        assert (await hub.post("/entities", an_entity("Lamp:3"))).status_code == 201

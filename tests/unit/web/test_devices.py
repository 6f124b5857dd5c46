"""Devices are looked through by whoever runs the city; what a ward's told only for a reason, on the ledger first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar

from bongsu.core.asking import EraseWard, GetHistory, ListDevices
from bongsu.core.incident import Joined, State, What
from bongsu.core.trial import TryRule
from fakes.devices import HEARD_MS
from fakes.platform import World, a_world, an_incident

CITY = "BONGSU"
"""The city's own code: it is the sender of what our own rules find."""

SPAN = {"from": HEARD_MS - 1000, "to": HEARD_MS + 1000}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app")).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    return a_world(tmp_path, app=app)


async def get(world: World, who: str, path: str, **query: Any) -> Any:
    headers = await world.sign_in(who)
    async with world.client() as client:
        return await client.get(path, params=query or None, headers=headers)


async def erase(world: World, who: str, reason: str) -> Any:
    headers = await world.sign_in(who)
    async with world.client() as client:
        return await client.delete("/v1/wards/ward-7/history", params={"reason": reason}, headers=headers)


async def test_devices_are_listed_with_what_they_told_and_wards_without(world: World) -> None:
    told = (await get(world, "operator", "/v1/devices")).json()
    assert [one["device"]["id"] for one in told["devices"]] == ["D1", "W1"]
    plug, band = told["devices"]
    assert [(one["result"], one["unit"]) for one in plug["readings"]] == [(12.5, "W")]
    assert (band["withheld"], band.get("readings"), band.get("heard_ms")) == (True, None, None)
    assert "see_ward" not in world.ledger.acts()


async def test_the_filters_are_told_to_telemetry(world: World) -> None:
    query = {"kind": "wearable", "site": "home-7", "text": " w ", "troubled": "true", "after": "D1", "limit": 7}
    await get(world, "admin", "/v1/devices", **query)
    assert isinstance(world.telemetry.asked[-1], ListDevices)
    assert world.telemetry.asked[-1] == ListDevices(
        kind="wearable", site="home-7", text="w", troubled=True, after="D1", at_most=7
    )


async def test_a_device_without_a_ward_tells_its_history_without_a_row(world: World) -> None:
    answer = await get(world, "operator", "/v1/devices/D1/history", property="power", points=50, **SPAN)
    assert answer.json()["time_ms"] == [HEARD_MS]
    question = world.telemetry.asked[-1]
    assert isinstance(question, GetHistory)
    assert (question.from_ms, question.to_ms, question.at_most) == (SPAN["from"], SPAN["to"], 50)
    assert "see_ward" not in world.ledger.acts()


async def test_a_ward_s_history_is_on_the_ledger_before_it_is_told(world: World) -> None:
    query = SPAN | {"property": "heart_rate", "reason": "쓰러짐 의심"}
    answer = await get(world, "operator", "/v1/devices/W1/history", **query)
    assert answer.json()["mean"] == [71.0]
    row = world.ledger.rows[-1]
    assert (row.act.value, row.who, row.reason) == ("see_ward", "u-op", "ward-7 W1 heart_rate: 쓰러짐 의심")
    assert row.span


async def test_what_cannot_be_written_down_is_not_told(world: World) -> None:
    operator = await world.sign_in("operator")
    world.ledger.broken = True
    asked = len(world.telemetry.asked)
    async with world.client() as client:
        query = SPAN | {"property": "heart_rate", "reason": "쓰러짐 의심"}
        answer = await client.get("/v1/devices/W1/history", params=query, headers=operator)
    assert answer.status_code == 503
    assert not any(isinstance(one, GetHistory) for one in world.telemetry.asked[asked:])


@pytest.mark.parametrize(("who", "reason"), [("operator", ""), ("operator", " 짧음 "), ("admin", "쓰러짐 의심")])
async def test_a_ward_s_history_is_refused_and_the_attempt_is_written_down(world: World, who: str, reason: str) -> None:
    query = SPAN | {"property": "heart_rate", "reason": reason}
    answer = await get(world, who, "/v1/devices/W1/history", **query)
    assert (answer.status_code, answer.json()["code"]) == (403, "error.ward.refused")
    assert world.ledger.rows[-1].reason.startswith("ward.refused")
    assert not any(isinstance(one, GetHistory) for one in world.telemetry.asked)


async def test_an_open_case_of_the_ward_s_own_home_is_a_reason(world: World) -> None:
    world.open_case(sender=CITY, occurrence="elder-inactive:home-7:1795300000000")
    query = SPAN | {"property": "heart_rate", "incident": "I1"}
    assert (await get(world, "operator", "/v1/devices/W1/history", **query)).status_code == 200
    assert world.ledger.rows[-1].incident == "I1"


@pytest.mark.parametrize(
    "case",
    [
        {"occurrence": "elder-inactive:home-8:1795300000000"},
        {"occurrence": "home-7"},
        {"occurrence": "elder-inactive:home-7:1795300000000", "state": State.CLOSED},
        {"occurrence": "elder-inactive:home-7:1795300000000", "sender": "POLICE112"},
    ],
)
async def test_a_case_about_something_else_or_over_or_a_partner_s_is_none(world: World, case: dict[str, Any]) -> None:
    world.open_case(**({"sender": CITY} | case))
    query = SPAN | {"property": "heart_rate", "incident": "I1"}
    assert (await get(world, "operator", "/v1/devices/W1/history", **query)).status_code == 403
    assert (await get(world, "operator", "/v1/devices/W1", incident="I1")).status_code == 403
    assert not any(isinstance(one, GetHistory) for one in world.telemetry.asked)


async def test_a_case_joined_to_another_speaks_for_its_own_site(world: World) -> None:
    joined = Joined(sender=CITY, occurrence="elder-inactive:home-7:1795300000000")
    world.open_case(also=(joined,))
    assert (await get(world, "operator", "/v1/devices/W1", incident="I1")).json()["readings"]


async def test_a_ward_s_device_is_told_bare_only_for_a_reason(world: World) -> None:
    assert (await get(world, "operator", "/v1/devices/W1")).json()["withheld"]
    bare = (await get(world, "operator", "/v1/devices/W1", reason="쓰러짐 의심")).json()
    assert bare["readings"][0]["result"] == 71.0
    assert world.ledger.rows[-1].reason == "ward-7 W1: 쓰러짐 의심"


async def test_erasure_is_on_the_ledger_before_it_is_done(world: World) -> None:
    answer = await erase(world, "admin", "정보주체의 삭제 요구")
    assert answer.json() == {"ward": "ward-7", "found": True, "at_ms": HEARD_MS}
    assert world.telemetry.erased == ["ward-7"]
    row = world.ledger.rows[-1]
    assert (row.act.value, row.reason) == ("erase", "ward-7: 정보주체의 삭제 요구")


@pytest.mark.parametrize(("who", "reason"), [("admin", ""), ("operator", "정보주체의 삭제 요구")])
async def test_nobody_else_erases_and_nobody_without_a_reason(world: World, who: str, reason: str) -> None:
    assert (await erase(world, who, reason)).status_code == 403
    assert world.telemetry.erased == []


async def test_when_the_ledger_is_broken_nothing_is_erased(world: World) -> None:
    admin = await world.sign_in("admin")
    world.ledger.broken = True
    async with world.client() as client:
        answer = await client.delete("/v1/wards/ward-7/history", params={"reason": "삭제 요구 접수"}, headers=admin)
    assert answer.status_code == 503
    assert not any(isinstance(one, EraseWard) for one in world.telemetry.asked)


async def test_the_quarantine_names_reasons_and_quotes_no_ward(world: World) -> None:
    told = (await get(world, "operator", "/v1/quarantine")).json()
    assert [(row["reason"], row["source"], row.get("result")) for row in told["rows"]] == [("out_of_range", "gw", None)]
    assert told["counts"] == {"out_of_range": 1}


async def test_without_telemetry_it_is_said_that_it_is_away(world: World) -> None:
    world.telemetry.away = True
    answer = await get(world, "operator", "/v1/devices")
    assert (answer.status_code, answer.json()["code"]) == (503, "error.telemetry.away")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/devices/none", 404),
        ("/v1/devices?kind=teapot", 422),
        ("/v1/devices?limit=0", 422),
        ("/v1/devices/D1/history?property=power", 422),
        ("/v1/devices/D1/history?property=power&from=1&to=2&points=1", 422),
    ],
)
async def test_what_makes_no_sense_is_refused(world: World, path: str, status: int) -> None:
    assert (await get(world, "operator", path)).status_code == status


async def test_a_rule_is_tried_beside_the_real_cases_of_its_kind_and_is_on_the_ledger_first(world: World) -> None:
    rule = {"type": "rule", "name": "과열", "kind": "robbery"}
    rule |= {"terms": {"danger": "threshold", "property": "power", "above": 5.0}}
    for name, state in (("I-1", State.OPEN), ("I-2", State.CLOSED), ("I-3", State.CANCELLED)):
        world.record(What.OPENED, an_incident(name, kind="robbery", state=state))
    at_ms = [int(one.occurred_at.timestamp() * 1000) for one in world.board.incidents.values()]
    headers = await world.sign_in("admin")
    async with world.client() as client:
        body = {"rule": rule, "from_ms": min(at_ms), "to_ms": max(at_ms) + 1}
        told = await client.post("/v1/rules/trial", json=body, headers=headers)
        endless = await client.post("/v1/rules/trial", json=body | {"to_ms": body["from_ms"]}, headers=headers)
    asked = world.telemetry.asked[-1]
    assert isinstance(asked, TryRule)
    assert len(asked.reals) == 2  # what was called off was none
    assert (told.json()["times"], told.json()["near"], told.json()["missed"]) == (1, 1, [1])
    assert world.ledger.acts().count("see_ward") == 1
    assert (endless.status_code, endless.json()["code"]) == (422, "error.trial.span")

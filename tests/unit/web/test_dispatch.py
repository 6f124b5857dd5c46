"""Sending crews through the doors: who may, who is told, and what is on the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from bongsu.core.asset import Unit, UnitKind
from bongsu.core.dispatch import Along, Candidate, CrewWay, DispatchPlan
from bongsu.core.entry import Entry, Recorded
from bongsu.core.grant import View
from bongsu.core.person import Role, Session, User
from bongsu.core.request import Ask, OutboxState, Outgoing, ask_of
from bongsu.core.revision import RecordKind, Revision, Staff
from bongsu.web.telling import Audience, audience_of
from fakes.city import SQUARE
from fakes.desk import NOON
from fakes.dispatch import NOON_MS
from fakes.platform import FIRE, HASHED, POLICE, World, a_grant, a_world

CREW = User(id="u-crew", name="crew", role=Role.AGENCY, agency=FIRE, password=HASHED)
UNITS = (Unit(id="E1", name="펌프 1", kind=UnitKind.ENGINE), Unit(id="E2", name="펌프 2", kind=UnitKind.ENGINE))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """I1 is a fire with 119's grant and 112's; I2 is another with none. The user `crew` is the crew E1."""
    made = a_world(tmp_path)
    made.people.users["crew"] = CREW
    made.city.register(UNITS)
    fire = a_grant("I1", FIRE, ("C1",), service="fire_dispatch")
    made.open_case("I1", fire, a_grant("I1", POLICE), kind="fire")
    made.open_case("I2", kind="fire")
    staff = Staff(name="crew", role=Role.AGENCY, agency=FIRE, unit="E1")
    revision = Revision(kind=RecordKind.USER, id="u-crew", version=1, body=staff, at=NOON, by="settings")
    made.board.apply(Recorded(seq=made.board.seq + 1, entry=Entry(revisions=(revision,))))
    return made


def a_way(unit: str = "E1", number: int = 1, at_ms: int = NOON_MS) -> CrewWay:
    cameras = (Along(camera="C1", at_m=5.0), Along(camera="C2", at_m=9.0))
    return CrewWay(incident="I1", unit=unit, vehicle="engine", at_ms=at_ms, number=number, goal=SQUARE, cameras=cameras)


def a_plan(*ways: CrewWay, at_ms: int = NOON_MS) -> DispatchPlan:
    seen = [View(camera=c, distance_m=9.0, px_per_m=99.0, clear=True, confident=True) for c in ("C1", "C3")]
    one = Candidate(unit="E1", name="펌프 1", kind=UnitKind.ENGINE, vehicle="engine", seen_ms=NOON_MS)
    return DispatchPlan(incident="I1", at_ms=at_ms, candidates=(one,), ways=ways, cameras=tuple(seen))


async def ask(world: World, who: str, method: str, path: str, **more):
    async with world.client() as client:
        return await client.request(method, f"/v1/{path}", headers=await world.sign_in(who), **more)


@pytest.mark.parametrize("who", ["operator", "fire"])
async def test_a_crew_sent_is_on_the_case_and_on_the_ledger_and_may_be_called_back(world: World, who: str) -> None:
    sent = await ask(world, who, "POST", "incidents/I1/crews/E1")
    by = {"operator": "u-op", "fire": "u-fire"}[who]
    assert [(one["unit"], one["by"]) for one in sent.json()["crews"]] == [("E1", by)]
    again = await ask(world, who, "POST", "incidents/I1/crews/E1")
    assert (again.status_code, again.json()["code"]) == (409, "error.dispatch.sent")
    back = await ask(world, who, "DELETE", "incidents/I1/crews/E1")
    assert "crews" not in back.json()
    rows = [(row.act, row.incident, row.reason) for row in world.ledger.rows if row.act in ("send", "recall")]
    assert rows == [("send", "I1", "E1"), ("recall", "I1", "E1")]


@pytest.mark.parametrize(("who", "case"), [("police", "I1"), ("fire", "I2"), ("crew", "I1"), ("fire", "I-none")])
async def test_nobody_else_sends_a_crew_and_the_try_is_on_the_ledger(world: World, who: str, case: str) -> None:
    answer = await ask(world, who, "POST", f"incidents/{case}/crews/E1")
    assert (answer.status_code, answer.json()["code"]) == (403, "error.dispatch.refused")
    assert "refuse" in world.ledger.acts()
    assert not world.board.incidents["I1"].sent


async def test_a_crew_nobody_knows_is_not_sent(world: World) -> None:
    assert (await ask(world, "operator", "POST", "incidents/I1/crews/E9")).json()["code"] == "error.dispatch.unknown"


async def test_a_plan_is_seen_by_those_who_may_and_an_agency_is_told_of_its_own_cameras_only(world: World) -> None:
    world.platform.plans.keep(a_plan(a_way()))
    whole = (await ask(world, "operator", "GET", "incidents/I1/dispatch")).json()
    assert [view["camera"] for view in whole["cameras"]] == ["C1", "C3"]
    theirs = (await ask(world, "fire", "GET", "incidents/I1/dispatch")).json()
    assert [view["camera"] for view in theirs["cameras"]] == ["C1"]
    assert [one["camera"] for one in theirs["ways"][0]["cameras"]] == ["C1"]
    assert (await ask(world, "police", "GET", "incidents/I1/dispatch")).status_code == 403


async def test_a_crew_sees_its_own_way_and_no_other_crew_s_once_the_grant_is_over(world: World) -> None:
    world.platform.plans.keep(a_plan(a_way("E1"), a_way("E2")))
    world.end(world.board.grants[f"I1.fire_dispatch.{FIRE}"])
    assert (await ask(world, "crew", "GET", "crews/E1/way")).json()["number"] == 1
    assert (await ask(world, "crew", "GET", "crews/E2/way")).status_code == 403
    assert (await ask(world, "crew", "GET", "incidents/I1/dispatch")).status_code == 403
    assert (await ask(world, "police", "GET", "crews/E1/way")).status_code == 403


async def test_a_crew_sent_nowhere_has_no_way(world: World) -> None:
    assert (await ask(world, "crew", "GET", "crews/E1/way")).json()["code"] == "error.dispatch.none"


async def test_plans_and_ways_are_told_to_those_entitled_and_to_nobody_else(world: World) -> None:
    seats = {}
    for who in ("operator", "fire", "police", "crew", "auditor"):
        session = world.session_of(await world.sign_in(who))
        seats[who] = world.platform.live.join(session, _audience(world, session), None)
        seats[who]._words.clear()
    world.platform.plans.keep(a_plan(a_way()))
    world.platform.plans.keep(a_plan(a_way(), at_ms=NOON_MS + 1_000))
    heard = {who: [text.split('"')[3] for text in seat._words] for who, seat in seats.items()}
    assert heard == {
        "operator": ["dispatch"],
        "fire": ["dispatch"],
        "police": [],
        "crew": ["dispatch", "way"],
        "auditor": [],
    }


async def test_another_way_is_told_at_once_and_the_end_of_it_too(world: World) -> None:
    session = world.session_of(await world.sign_in("crew"))
    seat = world.platform.live.join(session, _audience(world, session), None)
    world.platform.plans.keep(a_plan(a_way()))
    seat._words.clear()
    world.platform.plans.keep(a_plan(replace(a_way(), number=2)))
    world.platform.plans.forget({"I1"}, set())
    assert [text for text in seat._words if '"what":"way"' in text][-1] == '{"what":"way","way":null}'
    assert any('"number":2' in text for text in seat._words)
    assert (await ask(world, "crew", "GET", "crews/E1/way")).status_code == 404


async def test_a_case_filed_to_119_keeps_the_words_and_the_camera_and_is_on_the_ledger(world: World) -> None:
    order = {"text": "3층에서 연기가 난다", "camera": "C1"}
    assert (await ask(world, "operator", "POST", "incidents/I2/report-to-119", json=order)).status_code == 200
    (row,) = [row for row in world.ledger.rows if row.act == "file"]
    assert (row.incident, row.camera, row.who) == ("I2", "C1", "u-op")
    short = await ask(world, "operator", "POST", "incidents/I2/report-to-119", json={"text": "불"})
    assert (short.status_code, short.json()["code"]) == (422, "error.dispatch.text")
    assert (await ask(world, "fire", "POST", "incidents/I2/report-to-119", json=order)).status_code == 403


async def test_what_came_of_a_report_to_119_is_told_to_operators_and_to_nobody_else(world: World) -> None:
    asked = ask_of(FIRE, "fire_dispatch", Ask.FILE_REPORT, world.board.incidents["I2"], None, at=NOON, for_s=60)
    filed = Outgoing(
        seq=1, request=replace(asked, text="연기"), state=OutboxState.DEAD, attempts=3, next_at=NOON, detail="4000"
    )
    scene = Outgoing(
        seq=2, request=replace(asked, ask=Ask.SHOW_SCENE), state=OutboxState.WAITING, attempts=0, next_at=NOON
    )
    world.outgoing = [scene, filed]
    (told,) = (await ask(world, "operator", "GET", "incidents/I2/report-to-119")).json()
    assert (told["state"], told["text"], told["attempts"], told["detail"]) == ("dead", "연기", 3, "4000")
    assert (await ask(world, "operator", "GET", "incidents/I1/report-to-119")).json() == []
    assert (await ask(world, "operator", "GET", "incidents/none/report-to-119")).status_code == 404
    for who in ("fire", "crew", "police"):
        assert (await ask(world, who, "GET", "incidents/I2/report-to-119")).status_code == 403


async def test_streets_are_asked_for_by_places_and_what_is_no_place_is_refused(world: World) -> None:
    assert (await ask(world, "operator", "GET", "streets?at=127.1,37.5")).json()["code"] == "error.roads.building"
    for wrong in ("", "127.1", "127.1,37.5,1", "181,0", "nan,1", "a,b", ";".join(["127.1,37.5"] * 401)):
        told = await ask(world, "operator", "GET", f"streets?at={wrong}")
        assert (told.status_code, told.json()["code"]) == (422, "error.streets.at")


def _audience(world: World, session: Session) -> Audience:
    return audience_of(session, world.platform.policy)

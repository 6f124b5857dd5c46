"""Records and procedures through their doors: who may change what, who was first, and everybody is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bongsu.core.command import Revise
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import Unknown
from bongsu.core.ledger import Act
from bongsu.core.person import Role
from bongsu.core.procedure import Run
from bongsu.core.revision import RecordKind, Staff
from bongsu.desk.procedure import begin
from fakes.desk import NOON
from fakes.listener import Listener, settle
from fakes.platform import PASSWORD, World, a_world
from fakes.procedures import ROBBERY, a_board, a_revision

SQUARE = [[127.1, 37.51], [127.11, 37.51], [127.11, 37.52], [127.1, 37.51]]
ZONE = {"type": "zone", "name": "시장", "ring": SQUARE}


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = a_world(tmp_path)
    tell(made, Entry(revisions=tuple(a_board().records.values())))
    return made


def tell(world: World, entry: Entry) -> None:
    recorded = Recorded(seq=world.board.seq + 1, entry=entry)
    world.board.apply(recorded)
    world.platform.live.tell(recorded)


async def ask(world: World, method: str, path: str, who: str, **more: Any) -> tuple[int, Any]:
    async with world.client() as client:
        answer = await client.request(method, path, headers=await world.sign_in(who), **more)
    return answer.status_code, answer.json()


async def put(world: World, path: str, who: str = "operator", **body: Any) -> tuple[int, Any]:
    return await ask(world, "PUT", f"/v1/records/{path}", who, json={"version": 0, "note": "시장 축제", **body})


async def test_a_new_version_is_answered_listed_kept_in_the_history_and_told(world: World) -> None:
    status, first = await put(world, "zone/market", body=ZONE)
    assert status == 200
    assert first == {
        "kind": "zone", "id": "market", "version": 1, "body": ZONE, "at": "2026-11-22T03:00:00Z", "by": "u-op",
        "note": "시장 축제",
    }  # fmt: skip
    async with Listener(world.app, "/v1/live", await world.sign_in("operator")) as listener:
        snapshot = await listener.word()
        assert first in snapshot["records"]
        _, second = await put(world, "zone/market", "admin", version=1, body={**ZONE, "name": "큰 시장"})
        await settle()
        assert {"what": "record", "seq": world.board.seq, "record": second} in listener.waiting()
    _, listed = await ask(world, "GET", "/v1/records?kind=zone", "auditor")
    assert listed == [second]
    _, history = await ask(world, "GET", "/v1/records/zone/market/history", "auditor")
    assert history == [second, first]


async def test_an_agency_is_told_nothing_of_the_records(world: World) -> None:
    async with Listener(world.app, "/v1/live", await world.sign_in("police")) as listener:
        assert (await listener.word())["records"] == []
        await put(world, "zone/market", body=ZONE)
        await settle()
        assert [word for word in listener.waiting() if word["what"] == "record"] == []


async def test_a_version_that_no_longer_stands_is_409_and_names_the_one_that_does(world: World) -> None:
    await put(world, "zone/market", body=ZONE)
    status, problem = await put(world, "zone/market", body=ZONE)
    assert (status, problem["code"]) == (409, "error.record.changed")
    assert "1" in problem["detail"]


@pytest.mark.parametrize(
    ("kind", "body", "operator"),
    [
        ("zone", ZONE, 200),
        (
            "procedure",
            {"type": "procedure", "name": "ㄱ", "kinds": ["fire"], "steps": [{"id": "a", "title": "ㄱ"}]},
            200,
        ),
        ("kind", {"type": "kind", "name": "절도"}, 403),
        ("purpose", {"type": "purpose", "retention_days": 30, "agencies": {}}, 403),
        ("user", {"type": "user", "name": "kim", "role": "operator"}, 403),
        ("service", {"type": "service", "terms": {}}, 403),
        ("correlation", {"type": "correlation"}, 403),
    ],
)
async def test_operators_revise_zones_and_procedures_and_admins_everything(
    world: World, kind: str, body: dict[str, Any], operator: int
) -> None:
    id = {"purpose": "crime", "service": "police_video", "correlation": "desk"}.get(kind, "kim")
    version = 1 if kind == "service" else 0
    status, _ = await put(world, f"{kind}/{id}", version=version, body=body)
    assert status == operator
    if operator == 403:
        assert (world.ledger.rows[-1].act, world.ledger.rows[-1].who) == (Act.REFUSE, "u-op")
    status, _ = await put(world, f"{kind}/{id}", "admin", version=version + (operator == 200), body=body)
    assert status == 200


@pytest.mark.parametrize(
    "content",
    [
        {"version": 0, "note": "이유가 있음", "body": {"type": "zone", "name": "ㄱ", "ring": SQUARE, "colour": "red"}},
        {"version": 0, "note": "이유가 있음", "body": {"type": "castle"}},
        {"version": 0, "note": "이유가 있음", "body": {"type": "kind", "name": "ㄱ"}},
        {"version": 0, "note": "이유가 있음", "body": {"type": "zone", "name": "ㄱ", "ring": SQUARE[:2]}},
        {"version": 0, "note": "짧음", "body": ZONE},
        {"version": 0, "body": ZONE},
        {"version": 0, "note": "이유가 있음", "body": ZONE, "by": "somebody"},
    ],
    ids=range(7),
)
async def test_a_body_that_does_not_fit_is_422_and_nothing_is_written(world: World, content: dict[str, Any]) -> None:
    before = world.board.seq
    status, problem = await ask(world, "PUT", "/v1/records/zone/market", "operator", json=content)
    assert (status, world.board.seq) == (422, before)
    assert problem["code"].startswith("error.")


async def test_a_kind_there_is_not_is_422_and_a_record_there_is_not_404(world: World) -> None:
    assert (await ask(world, "GET", "/v1/records?kind=castle", "admin"))[0] == 422
    assert (await put(world, "castle/x", "admin", body=ZONE))[0] == 422
    assert (await ask(world, "GET", "/v1/records/zone/nowhere/history", "admin"))[0] == 404
    assert (await put(world, "zone/nowhere", body=None))[0] == 404


async def test_a_procedure_that_cannot_end_is_refused_with_the_step_in_the_reader_s_language(world: World) -> None:
    steps = [{"id": "a", "title": "ㄱ", "after": [{"step": "b"}]}, {"id": "b", "title": "ㄴ", "after": [{"step": "a"}]}]
    body = {"type": "procedure", "name": "돌고 도는 절차", "kinds": ["fire"], "steps": steps}
    status, problem = await put(world, "procedure/ring", body=body)
    assert (status, problem["code"]) == (422, "error.procedure.never_ends")
    assert "a 단계" in problem["detail"]


def a_run(world: World) -> Run:
    incident = world.open_case("I1")
    run = begin(ROBBERY, a_revision(RecordKind.PROCEDURE, "robbery", ROBBERY), incident, NOON)
    tell(world, Entry(runs=(run,), revisions=(a_revision(RecordKind.ZONE, "z", None),)))
    return run


async def test_ticking_a_step_answers_with_the_run_and_tells_it_with_the_change(world: World) -> None:
    a_run(world)
    async with Listener(world.app, "/v1/live", await world.sign_in("operator")) as listener:
        snapshot = await listener.word()
        assert [one["incident"] for one in snapshot["runs"]] == ["I1"]
        path = "/v1/incidents/I1/steps/look"
        status, run = await ask(world, "POST", path, "operator", json={"outcome": "done"})
        await settle()
        (word,) = [word for word in listener.waiting() if word["what"] == "change"]
    assert status == 200
    assert word["run"] == run
    assert word["change"]["what"] == "stepped"
    states = {step["id"]: step.get("state", "waiting") for step in run["steps"]}
    assert (states["look"], states["seen"]) == ("done", "open")
    done = next(step for step in run["steps"] if step["id"] == "look")
    assert (done["by"], done["outcome"]) == ("u-op", "done")
    status, problem = await ask(world, "POST", path, "operator", json={"outcome": "done"})
    assert (status, problem["code"]) == (409, "error.procedure.not_open")
    status, _ = await ask(world, "POST", path, "operator", json={"outcome": "perhaps"})
    assert status == 422


async def test_whoever_is_suspended_has_no_session_from_that_moment_and_gets_no_new_one(world: World) -> None:
    headers = await world.sign_in("operator")
    session = world.session_of(headers)
    staff = Staff(name="operator", role=Role.OPERATOR, suspended=True)
    entry = await world.order(
        Revise(kind=RecordKind.USER, id="u-op", body=staff, version=0, by="u-admin", note="퇴직한 사람")
    )
    assert world.platform.identity.shut_out(entry.revisions[0]) == (session,)
    assert not world.platform.identity.is_running(session.id)
    async with world.client() as client:
        assert (await client.get("/v1/session", headers=headers)).status_code == 401
    world.people.users["operator"] = replace(world.people.users["operator"], suspended=True)  # as the store does
    with pytest.raises(Unknown):
        await world.sign_in("operator")
    with pytest.raises(Unknown):
        await world.platform.identity.sign_in("operator", PASSWORD, "127.0.0.1")


async def test_a_new_role_ends_the_session_that_was_opened_under_the_old_one_and_no_other(world: World) -> None:
    theirs, ours = await world.sign_in("operator"), await world.sign_in("admin")
    same = a_revision(RecordKind.USER, "u-op", Staff(name="new name", role=Role.OPERATOR))
    assert world.platform.identity.shut_out(same) == ()
    other = a_revision(RecordKind.USER, "u-op", Staff(name="operator", role=Role.AUDITOR))
    (ended,) = world.platform.identity.shut_out(other)
    assert ended.user == "u-op"
    async with world.client() as client:
        assert (await client.get("/v1/session", headers=theirs)).status_code == 401
        assert (await client.get("/v1/session", headers=ours)).status_code == 200

"""Putting cases right through the doors: merge, split, another priority, another operator."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bongsu.core.entry import Entry, Recorded
from bongsu.core.incident import Joined
from bongsu.core.person import Role
from bongsu.core.revision import RecordKind, Revision, Staff
from fakes.city import SQUARE
from fakes.desk import NOON
from fakes.platform import POLICE, World, a_grant, a_world

ANOTHER = Joined(sender="FIRE119", occurrence="119/FIRE/1", kind="fire", where=SQUARE)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """I1 with 112's grant and a joined case, I2 beside it; three users on the board."""
    made = a_world(tmp_path)
    made.open_case("I1", a_grant("I1", POLICE), also=(ANOTHER,))
    made.open_case("I2")
    staff = {
        "u-op": Staff(name="operator", role=Role.OPERATOR),
        "u-gone": Staff(name="gone", role=Role.OPERATOR, suspended=True),
        "u-audit": Staff(name="auditor", role=Role.AUDITOR),
    }
    revisions = tuple(
        Revision(kind=RecordKind.USER, id=user, version=1, body=body, at=NOON, by="settings")
        for user, body in staff.items()
    )
    made.board.apply(Recorded(seq=made.board.seq + 1, entry=Entry(revisions=revisions)))
    return made


async def ask(world: World, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    async with world.client() as client:
        headers = await world.sign_in("operator")
        answer = await client.post(f"/v1/incidents/{path}", json=body, headers=headers)
        return answer.status_code, answer.json()


async def test_a_merge_answers_with_the_incident_that_goes_on_and_ends_the_grants_of_the_other(world: World) -> None:
    status, incident = await ask(world, "I1/merge", {"into": "I2", "note": "한 사건"})
    assert (status, incident["id"], incident["version"]) == (200, "I2", 2)
    assert [case["occurrence"] for case in incident["also"]] == ["I1", "119/FIRE/1"]
    assert world.board.incidents["I1"].merged_into == "I2"
    assert not world.board.running


async def test_a_split_answers_with_the_incident_the_case_now_is(world: World) -> None:
    status, incident = await ask(world, "I1/split", {"sender": "FIRE119", "occurrence": "119/FIRE/1"})
    assert (status, incident["kind"], incident["occurrence"]) == (200, "fire", "119/FIRE/1")
    assert incident["id"] not in {"I1", "I2"}
    assert world.board.incidents["I1"].also == ()


async def test_a_version_that_is_no_longer_true_is_a_conflict_and_changes_nothing(world: World) -> None:
    seq = world.board.seq
    for path, body in {
        "I1/merge": {"into": "I2"},
        "I1/split": {"sender": "FIRE119", "occurrence": "119/FIRE/1"},
        "I1/prioritise": {"priority": "low"},
        "I1/hand-over": {"to": ""},
    }.items():
        status, problem = await ask(world, path, body | {"version": 9})
        assert (status, problem["code"]) == (409, "error.incident.changed"), path
    assert world.board.seq == seq


async def test_a_priority_is_said_and_kept(world: World) -> None:
    status, incident = await ask(world, "I1/prioritise", {"priority": "urgent", "note": "아이"})
    assert (status, incident["priority"]) == (200, "urgent")
    assert (await ask(world, "I1/prioritise", {"priority": "soon"}))[0] == 422


async def test_a_case_is_handed_to_somebody_who_may_take_it_on_and_to_nobody_else(world: World) -> None:
    assert (await ask(world, "I1/accept", {}))[0] == 200
    for nobody in ("u-nobody", "u-gone", "u-audit"):
        status, problem = await ask(world, "I1/hand-over", {"to": nobody})
        assert (status, problem["code"]) == (404, "error.user.unknown")
    status, incident = await ask(world, "I1/hand-over", {"to": "u-op", "note": "교대"})
    assert (status, incident["accepted_by"]) == (200, "u-op")
    status, incident = await ask(world, "I1/hand-over", {"to": ""})
    assert (status, incident["state"], incident["accepted_by"]) == (200, "open", "")

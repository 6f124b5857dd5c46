"""Reaching a parked car's keeper: who may, what is on the ledger, and what is told when it fails."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.access.permit import Action, Asker, OfContact, load_policy
from bongsu.core.errors import NotFound, Unavailable
from bongsu.gateways.parked_cars import Authority, Contact
from fakes.desk import NOON
from fakes.platform import FIRE, POLICE, World, a_grant, a_world

PLATE = "서울12가3456"
POLICY = load_policy()
BOOLS = st.booleans()
WISHES = st.builds(
    OfContact,
    agency=st.sampled_from(["", "fire119", "police112"]),
    live=BOOLS,
    fire_case=BOOLS,
    case_open=BOOLS,
    by_crew=BOOLS,
    reason_given=BOOLS,
)
ROLES = ["anonymous", "operator", "agency", "auditor", "admin", "machine"]


class FakeAuthority(Authority):
    def __init__(self, ledger, problem=None) -> None:
        super().__init__("http://127.0.0.1:9", "k" * 24, "p" * 24, timeout_s=1)
        self.ledger, self.problem, self.asked = ledger, problem, []

    async def ask(self, plate: str, *, incident: str, reason: str, who: str) -> Contact:
        assert self.ledger.acts()[-1] == "contact_ask"
        self.asked.append(plate)
        if self.problem is not None:
            raise self.problem
        return Contact(dial="050-7000-0001", until=NOON + timedelta(minutes=30))


def made(tmp_path: Path, problem=None) -> tuple[World, FakeAuthority]:
    """I1 is a fire with 119's grant and 112's; I2 a case with 112's alone."""
    world = a_world(tmp_path)
    world.open_case("I1", a_grant("I1", FIRE, ("C1",), service="fire_dispatch"), a_grant("I1", POLICE), kind="fire")
    world.open_case("I2", a_grant("I2", POLICE), kind="fire")
    return world, FakeAuthority(world.ledger, problem)


async def ask(
    world: World, authority, who: str, case: str = "I1", reason: str = "사다리차 진입 불가", plate: str = PLATE
):
    world.app.state.platform = replace(world.platform, parked_cars=authority)
    async with world.client() as client:
        body = {"plate": plate, "reason": reason}
        return await client.post(f"/v1/incidents/{case}/parked-car", headers=await world.sign_in(who), json=body)


@pytest.mark.parametrize("who", ["operator", "fire"])
async def test_a_number_is_told_once_and_the_ledger_has_neither_it_nor_the_plate(tmp_path: Path, who: str) -> None:
    world, authority = made(tmp_path)
    answer = await ask(world, authority, who, plate="서울 12 가 3456")
    assert (answer.status_code, answer.json()["dial"], authority.asked) == (200, "050-7000-0001", [PLATE])
    rows = [row for row in world.ledger.rows if row.act in ("contact_ask", "contact")]
    told = [(row.act, row.incident, row.reason, row.result, row.subject) for row in rows]
    reason, mark = "사다리차 진입 불가", authority.mark(PLATE)
    assert told == [("contact_ask", "I1", reason, "", mark), ("contact", "I1", reason, "given", mark)]
    assert not any(secret in str(world.ledger.rows) for secret in (PLATE, "3456", "050-7000"))


@pytest.mark.parametrize(
    ("who", "case", "reason"),
    [
        ("police", "I1", "사다리차 진입"),
        ("fire", "I2", "사다리차 진입"),
        ("operator", "I2", "사다리차 진입"),
        ("fire", "I1", " 네글자다 "),
    ],
)
async def test_nobody_else_and_no_other_case_and_no_short_reason(
    tmp_path: Path, who: str, case: str, reason: str
) -> None:
    world, authority = made(tmp_path)
    answer = await ask(world, authority, who, case, reason)
    assert (answer.status_code, answer.json()["code"]) == (403, "error.parked_car.refused")
    assert authority.asked == []


@pytest.mark.parametrize("problem", [NotFound("parked_car.none"), Unavailable("parked_car.silent")])
async def test_what_fails_is_told_by_name_and_on_the_ledger(tmp_path: Path, problem) -> None:
    world, authority = made(tmp_path, problem)
    assert (await ask(world, authority, "fire")).json()["code"] == f"error.{problem.code}"
    assert [row.result for row in world.ledger.rows if row.act == "contact"] == [problem.code]


async def test_without_an_authority_the_door_says_so(tmp_path: Path) -> None:
    world, _ = made(tmp_path)
    assert (await ask(world, None, "operator")).json()["code"] == "error.parked_car.off"


@given(st.sampled_from(ROLES), st.sampled_from(["", "fire119", "police112"]), WISHES)
def test_only_a_desk_in_an_open_fire_case_with_a_reason(role: str, agency: str, wish: OfContact) -> None:
    permitted = POLICY.permits(Asker(user="u", role=role, agency=agency), Action.CALL_CAR, wish)
    own = role == "agency" and agency != "" and wish.agency == agency and wish.live and not wish.by_crew
    assert permitted == ((role == "operator" or own) and wish.fire_case and wish.case_open and wish.reason_given)

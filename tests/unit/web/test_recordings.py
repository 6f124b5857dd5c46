"""A look back: its own right, never before the floor, on the ledger first; and what there is to see, said plainly."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar

from bongsu.access.lease import read
from bongsu.core.grant import Right
from fakes.platform import FIRE, POLICE, World, a_grant, a_world

BOTH = (Right.VIEW, Right.REPLAY)
WISH = {"camera": "C1", "incident": "I1", "form": "replay", "nonce": "n" * 22, "epoch": "e1"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app")).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    return a_world(tmp_path, app=app)


def ms(moment: Any) -> int:
    return int(moment.timestamp() * 1000)


async def ask(world: World, who: dict[str, str], **wish: Any) -> Any:
    async with world.client() as client:
        return await client.post("/v1/tickets", json=WISH | wish, headers=who)


async def look_up(world: World, who: dict[str, str], camera: str, from_ms: int, to_ms: int) -> Any:
    async with world.client() as client:
        return await client.get(
            f"/v1/cameras/{camera}/recorded", params={"from_ms": from_ms, "to_ms": to_ms}, headers=who
        )


async def test_an_agency_looks_back_from_its_floor_on_and_that_is_on_the_ledger(world: World) -> None:
    now = world.clock()
    grant = a_grant(rights=BOTH, floor=now - timedelta(seconds=60))
    world.open_case("I1", grant)
    answer = await ask(world, await world.sign_in("police"), from_ms=ms(grant.floor), to_ms=ms(now) + 99_000)
    ticket = read(answer.json()["ticket"], world.platform.lease_key.public_key())
    assert (ticket.form, ticket.right, ticket.floor_ms) == ("replay", Right.REPLAY, ms(grant.floor))
    assert (ticket.from_ms, ticket.to_ms) == (ms(grant.floor), ms(now))
    assert f"grant:{grant.id}" in ticket.holds
    row = world.ledger.rows[-1]
    assert (row.act.value, row.camera, row.grant, row.agency) == ("replay", "C1", grant.id, POLICE)
    begin, end = row.span.split("/")
    assert begin.endswith("Z")
    assert begin < end


async def test_an_agency_never_looks_before_its_floor_and_the_attempt_is_on_the_ledger(world: World) -> None:
    now = world.clock()
    grant = a_grant(rights=BOTH, floor=now - timedelta(seconds=60))
    world.open_case("I1", grant)
    answer = await ask(world, await world.sign_in("police"), from_ms=ms(grant.floor) - 1, to_ms=ms(now))
    assert (answer.status_code, answer.json()["code"]) == (403, "error.ticket.floor")
    assert world.ledger.rows[-1].act.value == "refuse"


@pytest.mark.parametrize("grant", [a_grant(rights=(Right.VIEW,)), a_grant(agency=FIRE, rights=BOTH)])
async def test_a_right_to_see_what_is_is_none_to_see_what_was(world: World, grant: Any) -> None:
    world.open_case("I1", grant)
    now_ms = ms(world.clock())
    answer = await ask(world, await world.sign_in("police"), from_ms=now_ms - 1000, to_ms=now_ms)
    assert (answer.status_code, answer.json()["code"]) == (403, "error.ticket.refused")


async def test_an_operator_looks_back_with_a_case_or_a_reason_and_not_without(world: World) -> None:
    operator, now_ms = await world.sign_in("operator"), ms(world.clock())
    window = {"from_ms": now_ms - 86_400_000, "to_ms": now_ms}
    assert (await ask(world, operator, incident="", **window)).status_code == 403
    assert (await ask(world, operator, incident="", reason="분실물 확인 요청", **window)).status_code == 200


@pytest.mark.parametrize("window", [(0, 0), (5, 5), (0, 100), (-100, -200), (-32 * 86_400_000, 0), (100, 200)])
async def test_a_time_that_is_none_is_422(world: World, window: tuple[int, int]) -> None:
    world.open_case("I1", a_grant())
    now_ms = ms(world.clock())
    begin, end = (now_ms + at if at else 0 for at in window)
    answer = await ask(world, await world.sign_in("operator"), from_ms=begin, to_ms=end)
    assert answer.status_code == 422


async def test_a_live_ticket_carries_no_time(world: World) -> None:
    world.open_case("I1", a_grant())
    answer = await ask(world, await world.sign_in("police"), form="live", from_ms=5, to_ms=9)
    ticket = read(answer.json()["ticket"], world.platform.lease_key.public_key())
    assert (ticket.from_ms, ticket.to_ms, ticket.right) == (0, 0, Right.VIEW)


async def test_what_is_recorded_is_told_with_its_gaps_and_what_is_not_plainly(world: World) -> None:
    world.recorded["C1"] = ((1_000, 5_000), (9_000, 12_000))
    operator = await world.sign_in("operator")
    answer = await look_up(world, operator, "C1", 2_000, 10_000)
    spans = [[2_000, 5_000], [9_000, 10_000]]
    known = {"recorded": True, "floor_ms": 0, "spans": spans, "at": {"video": spans}, "away": []}
    assert answer.json() == known
    none = {"recorded": False, "floor_ms": 0, "spans": [], "at": {}, "away": []}
    assert (await look_up(world, operator, "C2", 0, 10_000)).json() == none
    assert (await look_up(world, operator, "C99", 0, 10_000)).status_code == 404
    assert (await look_up(world, operator, "C1", 10, 10)).status_code == 422


async def test_a_process_that_may_hold_more_and_does_not_answer_is_named(world: World) -> None:
    world.away = ("video-b",)
    answer = await look_up(world, await world.sign_in("operator"), "C1", 2_000, 10_000)
    assert answer.json()["away"] == ["video-b"]


async def test_an_agency_is_told_of_nothing_before_its_floor_and_of_no_other_camera(world: World) -> None:
    now = world.clock()
    floor = now - timedelta(seconds=60)
    world.recorded["C1"] = ((ms(now) - 600_000, ms(now)),)
    world.open_case("I1", a_grant(rights=BOTH, floor=floor))
    police = await world.sign_in("police")
    answer = await look_up(world, police, "C1", ms(now) - 600_000, ms(now))
    spans = [[ms(floor), ms(now)]]
    known = {"recorded": True, "floor_ms": ms(floor), "spans": spans, "at": {"video": spans}, "away": []}
    assert answer.json() == known
    assert (await look_up(world, police, "C1", 0, 1_000)).json()["spans"] == []
    assert (await look_up(world, police, "C2", 0, 1_000)).status_code == 404
    assert (await look_up(world, await world.sign_in("fire"), "C1", 0, 1_000)).status_code == 404

"""No row, no ticket; no ground, no row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar

from bongsu.access.lease import read
from bongsu.core.grant import Basis, Right
from fakes.platform import FIRE, POLICE, World, a_grant, a_world

WISH = {"camera": "C1", "incident": "I1", "form": "live", "nonce": "n" * 22, "epoch": "e1"}


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app")).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    return a_world(tmp_path, app=app)


async def ask(world: World, who: dict[str, str], **wish: Any) -> Any:
    async with world.client() as client:
        return await client.post("/v1/tickets", json=WISH | wish, headers=who)


async def test_an_agency_gets_a_ticket_that_hangs_on_its_session_and_its_grant(world: World) -> None:
    grant = a_grant(basis=Basis.CRIMINAL_INVESTIGATION)
    world.open_case("I1", grant)
    police = await world.sign_in("police")
    answer = await ask(world, police)
    ticket = read(answer.json()["ticket"], world.platform.lease_key.public_key())
    session = world.session_of(police)
    assert ticket.holds == (f"session:{session.id}", f"grant:{grant.id}")
    assert (ticket.camera, ticket.agency, ticket.nonce, ticket.epoch) == ("C1", POLICE, "n" * 22, "e1")
    assert ticket.until_ms == int(world.clock().timestamp() * 1000) + 10_000
    row = world.ledger.rows[-1]
    assert (row.act.value, row.who, row.camera, row.incident, row.grant) == ("view", "u-police", "C1", "I1", grant.id)
    assert (row.agency, row.basis, row.session) == (POLICE, "criminal_investigation", session.id)


async def test_an_operator_with_a_case_hangs_on_the_session_alone(world: World) -> None:
    world.open_case("I1", a_grant())
    answer = await ask(world, await world.sign_in("operator"), camera="C2", form="still")
    ticket = read(answer.json()["ticket"], world.platform.lease_key.public_key())
    assert [hold.partition(":")[0] for hold in ticket.holds] == ["session"]
    row = world.ledger.rows[-1]
    assert (row.act.value, row.basis, row.grant) == ("still", "urgent_life", "")


async def test_an_operator_without_a_case_gives_a_reason_that_is_written_down(world: World) -> None:
    operator = await world.sign_in("operator")
    assert (await ask(world, operator, incident="")).status_code == 403
    assert (await ask(world, operator, incident="", reason="  ab ")).status_code == 403
    answer = await ask(world, operator, incident="", reason="화각 점검 요청")
    assert answer.status_code == 200
    assert world.ledger.rows[-1].reason == "화각 점검 요청"
    assert world.ledger.rows[-1].ticket


async def test_a_closed_case_is_no_ground(world: World) -> None:
    world.open_case("I1", a_grant())
    operator, police = await world.sign_in("operator"), await world.sign_in("police")
    async with world.client() as client:
        await client.post("/v1/incidents/I1/close", json={"note": ""}, headers=operator)
    assert (await ask(world, operator)).status_code == 403
    assert (await ask(world, police)).status_code == 403


@pytest.mark.parametrize(
    "grant",
    [
        a_grant("I1", FIRE),
        a_grant("I1", POLICE, ["C2"]),
        a_grant("I1", POLICE, rights=(Right.REPLAY,)),
        a_grant("I1", POLICE, ended=True),
        a_grant("I2", POLICE),
    ],
)
async def test_an_agency_is_refused_without_a_live_grant_of_its_own_for_this_camera(world: World, grant: Any) -> None:
    world.open_case("I2", *([grant] if grant.incident == "I2" else []))
    world.open_case("I1", *([grant] if grant.incident == "I1" else []))
    answer = await ask(world, await world.sign_in("police"), reason="제발 보여 주세요")
    assert (answer.status_code, answer.json()["code"]) == (403, "error.ticket.refused")
    row = world.ledger.rows[-1]
    assert (row.act.value, row.who, row.camera, row.incident) == ("refuse", "u-police", "C1", "I1")


async def test_a_grant_whose_time_is_up_is_refused_before_anybody_says_it_lapsed(world: World) -> None:
    world.open_case("I1", a_grant())
    police = await world.sign_in("police")
    world.clock.forward(30 * 60)
    assert (await ask(world, police)).status_code == 403


async def test_an_agencys_other_grant_that_lives_counts_where_one_ended(world: World) -> None:
    ended = a_grant("I1", POLICE, service="police_dispatch")
    world.open_case("I1", ended, a_grant("I1", POLICE))
    world.end(ended)
    assert (await ask(world, await world.sign_in("police"))).status_code == 200


async def test_a_ledger_that_fails_gives_no_ticket(world: World) -> None:
    world.open_case("I1", a_grant())
    police = await world.sign_in("police")
    world.ledger.broken = True
    answer = await ask(world, police)
    assert answer.status_code == 503
    assert "ticket" not in answer.json()


async def test_a_grant_that_ends_while_the_row_is_written_gives_no_ticket(world: World) -> None:
    grant = a_grant()
    world.open_case("I1", grant)
    police = await world.sign_in("police")

    def end() -> None:
        world.ledger.meanwhile = None
        world.end(grant)

    world.ledger.meanwhile = end
    assert (await ask(world, police)).status_code == 403
    assert world.ledger.acts()[-2:] == ["view", "refuse"]


async def test_a_session_that_ends_while_the_row_is_written_gives_no_ticket(world: World) -> None:
    world.open_case("I1", a_grant())
    police = await world.sign_in("police")
    world.ledger.meanwhile = lambda: world.platform.identity.forget(world.session_of(police))
    assert (await ask(world, police)).status_code == 403


async def test_a_camera_nobody_has_is_not_found(world: World) -> None:
    world.open_case("I1", a_grant())
    assert (await ask(world, await world.sign_in("operator"), camera="C99")).status_code == 404


@pytest.mark.parametrize(
    "wish", [{"form": "export"}, {"nonce": "short"}, {"nonce": "n" * 500}, {"camera": None}, {"reason": "x" * 501}]
)
async def test_a_wish_that_is_not_one_is_422(world: World, wish: dict[str, Any]) -> None:
    world.open_case("I1", a_grant())
    assert (await ask(world, await world.sign_in("operator"), **wish)).status_code == 422

"""What a mask hides is seen by a separate act: with an open case and a reason, on the ledger first, for a while."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from msgspec.structs import replace

from bongsu.access.lease import read
from bongsu.core.grant import Basis, Right
from bongsu.core.mask import CameraMask, MaskZone
from bongsu.core.revision import RecordKind, Revision
from fakes.desk import NOON
from fakes.platform import POLICE, World, a_grant, a_world

WISH = {"camera": "C1", "incident": "I1", "reason": "용의자 확인"}
TICKET = {"camera": "C1", "incident": "I1", "form": "live", "nonce": "n" * 22, "epoch": "e1"}
MASK = CameraMask(zones=(MaskZone(name="창문", ring=((0.1, 0.1), (0.4, 0.1), (0.4, 0.5))),))


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app")).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    world = a_world(tmp_path, app=app)
    for camera in ("C1", "C2"):
        mask = Revision(kind=RecordKind.MASK, id=camera, version=1, body=MASK, at=NOON, by="u-op")
        world.board.records[(RecordKind.MASK, camera)] = mask
    return world


async def ask(world: World, who: dict[str, str], **wish: Any) -> Any:
    async with world.client() as client:
        return await client.post("/v1/unmaskings", json=WISH | wish, headers=who)


async def ticket(world: World, who: dict[str, str], **wish: Any) -> Any:
    async with world.client() as client:
        return await client.post("/v1/tickets", json=TICKET | wish, headers=who)


async def test_an_operator_with_a_case_and_a_reason_sees_what_is_hidden_for_ten_minutes(world: World) -> None:
    world.open_case()
    operator = await world.sign_in("operator")
    answer = await ask(world, operator)
    assert answer.status_code == 201
    told = answer.json()
    assert datetime.fromisoformat(told["until"]) == world.clock() + timedelta(minutes=10)
    assert world.held[f"unmask:{told['id']}"] == int((world.clock().timestamp() + 600) * 1000)
    row = world.ledger.rows[-1]
    assert (row.act.value, row.who, row.camera, row.incident) == ("unmask", "u-op", "C1", "I1")
    assert "용의자 확인" in row.reason
    given = await ticket(world, operator, unmasking=told["id"])
    signed = read(given.json()["ticket"], world.platform.lease_key.public_key())
    assert signed.is_unmasked
    assert f"unmask:{told['id']}" in signed.holds
    assert told["id"] in world.ledger.rows[-1].reason


async def test_a_ticket_without_an_unmasking_is_a_masked_one(world: World) -> None:
    world.open_case()
    operator = await world.sign_in("operator")
    await ask(world, operator)
    signed = read((await ticket(world, operator)).json()["ticket"], world.platform.lease_key.public_key())
    assert not signed.is_unmasked
    assert [hold.partition(":")[0] for hold in signed.holds] == ["session"]


@pytest.mark.parametrize("wish", [{"reason": " 짧음 "}, {"incident": "I9"}])
async def test_without_a_reason_or_a_case_nothing_is_unmasked_and_the_attempt_is_written_down(
    world: World, wish: dict[str, str]
) -> None:
    world.open_case()
    answer = await ask(world, await world.sign_in("operator"), **wish)
    assert (answer.status_code, answer.json()["code"]) == (403, "error.unmask.refused")
    assert world.ledger.acts()[-1] == "refuse"
    assert not [key for key in world.held if key.startswith("unmask:")]


async def test_an_agency_unmasks_on_urgent_grounds_and_no_longer_than_its_grant(world: World) -> None:
    grant = replace(a_grant(basis=Basis.URGENT_LIFE), until=world.clock() + timedelta(minutes=3))
    world.open_case("I1", grant)
    answer = await ask(world, await world.sign_in("police"))
    assert answer.status_code == 201
    assert datetime.fromisoformat(answer.json()["until"]) == grant.until
    row = world.ledger.rows[-1]
    assert (row.agency, row.grant, row.basis) == (POLICE, grant.id, "urgent_life")


@pytest.mark.parametrize(
    "fields",
    [
        {"basis": Basis.CRIMINAL_INVESTIGATION},
        {"cameras": ["C2"]},
        {"rights": (Right.REPLAY,)},
        {"agency": "fire119"},
    ],
)
async def test_an_agency_unmasks_nothing_on_any_other_grant(world: World, fields: dict[str, Any]) -> None:
    world.open_case("I1", a_grant(**fields))
    answer = await ask(world, await world.sign_in("police"))
    assert (answer.status_code, answer.json()["code"]) == (403, "error.unmask.refused")


async def test_a_camera_without_a_mask_has_nothing_to_unmask(world: World) -> None:
    world.open_case()
    del world.board.records[(RecordKind.MASK, "C1")]
    answer = await ask(world, await world.sign_in("operator"))
    assert (answer.status_code, answer.json()["code"]) == (409, "error.unmask.nothing")


async def test_a_ledger_that_fails_unmasks_nothing(world: World) -> None:
    world.open_case()
    operator = await world.sign_in("operator")
    world.ledger.broken = True
    assert (await ask(world, operator)).status_code == 503
    assert not [key for key in world.held if key.startswith("unmask:")]


async def test_an_unmasking_is_for_its_session_its_camera_and_its_case_alone(world: World) -> None:
    world.open_case("I1")
    world.open_case("I2")
    operator, other = await world.sign_in("operator"), await world.sign_in("operator")
    number = (await ask(world, operator)).json()["id"]
    for who, wish in ((other, {}), (operator, {"camera": "C2"}), (operator, {"incident": "I2"})):
        answer = await ticket(world, who, unmasking=number, **wish)
        assert (answer.status_code, answer.json()["code"]) == (403, "error.unmask.over")
    world.clock.forward(601)
    assert (await ticket(world, operator, unmasking=number)).status_code == 403


async def test_an_unmasking_ends_with_its_case_and_when_it_is_given_back(world: World) -> None:
    world.open_case()
    operator = await world.sign_in("operator")
    first, second = [(await ask(world, operator)).json()["id"] for _ in range(2)]
    async with world.client() as client:
        assert (await client.delete(f"/v1/unmaskings/{first}", headers=operator)).status_code == 204
        assert (await client.delete(f"/v1/unmaskings/{first}", headers=operator)).status_code == 404
    assert world.dropped[-1] == f"unmask:{first}"
    assert world.ledger.acts()[-1] == "unmask_end"
    async with world.client() as client:
        await client.post("/v1/incidents/I1/close", json={"note": ""}, headers=operator)
    assert f"unmask:{second}" in world.dropped
    assert f"unmask:{second}" not in world.platform.unmaskings.holds()


async def test_operators_revise_masks_and_agencies_do_not(world: World) -> None:
    body = {"type": "mask", "zones": [{"name": "창문", "ring": [[0.1, 0.1], [0.4, 0.1], [0.4, 0.5]]}]}
    change = {"version": 1, "body": body, "note": "주민 요청"}
    async with world.client() as client:
        for who, status in (("operator", 200), ("admin", 409), ("police", 403), ("auditor", 403)):
            answer = await client.put("/v1/records/mask/C1", json=change, headers=await world.sign_in(who))
            assert answer.status_code == status, who
        wrong = change | {"version": 2, "body": {"type": "mask", "zones": []}}
        answer = await client.put("/v1/records/mask/C1", json=wrong, headers=await world.sign_in("operator"))
    assert (answer.status_code, answer.json()["code"]) == (422, "error.mask.zones")

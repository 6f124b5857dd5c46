"""Recordings leave the house with a right, a reason, a second person where one is needed, and a row on the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bongsu.core.command import SettleExport
from bongsu.core.export import ExportState
from bongsu.core.grant import Right
from fakes.desk import NOON
from fakes.platform import FIRE, POLICE, a_grant, a_world


def ms(at) -> int:
    return int(at.timestamp() * 1000)


def a_wish(**fields):
    told = {
        "cameras": ["C1"], "from_ms": ms(NOON - timedelta(minutes=4)), "to_ms": ms(NOON),
        "basis": "urgent_life", "reason": "실종 아동 수색",
    }  # fmt: skip
    return told | fields


@pytest.fixture
async def world(tmp_path):
    world = a_world(tmp_path)
    world.releases.folder = tmp_path
    world.open_case("I1", a_grant("I1", POLICE, ["C1"], rights=(Right.VIEW, Right.EXPORT)))
    world.open_case("I2", a_grant("I2", FIRE, ["C1"]))
    return world


async def post(world, who, path, body):
    headers = await world.sign_in(who)
    async with world.client() as client:
        return await client.post(path, headers=headers, json=body)


async def get(world, who, path):
    headers = await world.sign_in(who)
    async with world.client() as client:
        return await client.get(path, headers=headers)


async def ready(world, body=b"PK package") -> str:
    export = (await post(world, "operator", "/v1/incidents/I1/exports", a_wish())).json()["id"]
    settled = SettleExport(export=export, state=ExportState.READY, sha256="ab" * 32, size_bytes=len(body))
    await world.order(settled)
    (world.releases.folder / f"{export}.bongsu-evidence.zip").write_bytes(body)
    return export


async def test_an_operator_asks_and_another_person_approves(world):
    export = (await post(world, "operator", "/v1/incidents/I1/exports", a_wish(basis="other_law"))).json()
    assert export["state"] == "asked"
    path = f"/v1/exports/{export['id']}/approve"
    own = await post(world, "operator", path, {})
    assert own.status_code == 403
    assert world.ledger.acts()[-1] == "refuse"
    assert (await post(world, "admin", path, {"note": "확인"})).json()["state"] == "approved"
    listed = (await get(world, "admin", "/v1/exports?incident=I1")).json()
    assert [one["export"]["id"] for one in listed] == [export["id"]]
    assert [act for act in world.ledger.acts() if act.startswith("export")] == ["export_ask", "export_approve"]


async def test_an_agency_exports_only_with_a_grant_that_carries_it_and_not_before_its_floor(world):
    with_right = await post(world, "police", "/v1/incidents/I1/exports", a_wish())
    assert with_right.status_code == 200
    assert with_right.json()["grant"] == f"I1.police_video.{POLICE}"
    assert with_right.json()["floor"]
    before_floor = a_wish(from_ms=ms(NOON - timedelta(minutes=6)))
    for who, path, wish in (
        ("police", "/v1/incidents/I1/exports", before_floor),
        ("police", "/v1/incidents/I1/exports", a_wish(cameras=["C1", "C2"])),
        ("police", "/v1/incidents/I2/exports", a_wish()),
        ("fire", "/v1/incidents/I2/exports", a_wish()),
        ("auditor", "/v1/incidents/I1/exports", a_wish()),
    ):
        assert (await post(world, who, path, wish)).status_code == 403, (who, path)


async def test_an_agency_sees_only_its_own_exports(world):
    await post(world, "police", "/v1/incidents/I1/exports", a_wish())
    await post(world, "operator", "/v1/incidents/I1/exports", a_wish())
    assert len((await get(world, "operator", "/v1/exports")).json()) == 2
    assert len((await get(world, "police", "/v1/exports")).json()) == 1
    assert (await get(world, "fire", "/v1/exports")).json() == []


async def test_a_download_needs_a_reason_and_its_row_stands_before_the_first_byte(world):
    export = await ready(world)
    headers = await world.sign_in("operator")
    async with world.client() as client:
        path = f"/v1/exports/{export}/download"
        assert (await client.post(path, headers=headers, json={"reason": " "})).status_code == 422
        address = (await client.post(path, headers=headers, json={"reason": "검찰 송치"})).json()
        row = world.ledger.rows[-1]
        assert (row.act.value, row.incident, row.camera) == ("export_download", "I1", "C1")
        assert "검찰 송치" in row.reason
        got = await client.get(address["url"], headers=headers | {"Range": "bytes=0-1"})
        assert (got.status_code, got.content) == (200, b"PK package")
        assert got.headers["accept-ranges"] == "none"
        assert "attachment" in got.headers["content-disposition"]
        assert (await client.get(address["url"], headers=headers)).status_code == 403


async def test_the_address_of_a_download_is_of_no_use_to_another_or_later(world):
    export = await ready(world)
    headers, other = await world.sign_in("operator"), await world.sign_in("admin")
    async with world.client() as client:
        path = f"/v1/exports/{export}/download"
        address = (await client.post(path, headers=headers, json={"reason": "검찰 송치"})).json()["url"]
        assert (await client.get(address, headers=other)).status_code == 403
        address = (await client.post(path, headers=headers, json={"reason": "검찰 송치"})).json()["url"]
        world.clock.forward(61)
        assert (await client.get(address, headers=headers)).status_code == 403


async def test_with_a_broken_ledger_nothing_is_handed_out(world):
    export = await ready(world)
    world.ledger.broken = True
    world.ledger.meanwhile = None
    headers = await signed_in_before(world)
    async with world.client() as client:
        answer = await client.post(f"/v1/exports/{export}/download", headers=headers, json={"reason": "검찰 송치"})
    assert answer.status_code == 503


async def signed_in_before(world):
    world.ledger.broken = False
    headers = await world.sign_in("operator")
    world.ledger.broken = True
    return headers


async def test_an_agency_whose_grant_has_ended_fetches_nothing(world):
    export = (await post(world, "police", "/v1/incidents/I1/exports", a_wish())).json()["id"]
    await world.order(SettleExport(export=export, state=ExportState.READY, sha256="ab", size_bytes=2))
    path = f"/v1/exports/{export}/download"
    assert (await post(world, "police", path, {"reason": "수사 자료"})).status_code == 200
    world.end(world.board.grants[f"I1.police_video.{POLICE}"])
    assert (await post(world, "police", path, {"reason": "수사 자료"})).status_code == 403


async def test_what_is_not_ready_cannot_be_fetched(world):
    export = (await post(world, "operator", "/v1/incidents/I1/exports", a_wish())).json()["id"]
    answer = await post(world, "operator", f"/v1/exports/{export}/download", {"reason": "검찰 송치"})
    assert (answer.status_code, answer.json()["code"]) == (409, "error.export.not_ready")


async def test_progress_is_in_the_list(world):
    export = (await post(world, "operator", "/v1/incidents/I1/exports", a_wish())).json()["id"]
    world.releases.progress[export] = 0.4
    [listed] = (await get(world, "operator", "/v1/exports")).json()
    assert listed["progress"] == 0.4
    assert set(listed["may"]) == {"download", "mask"}


async def test_a_hold_is_set_seen_and_released_with_reasons(world):
    wish = {one: value for one, value in a_wish().items() if one != "basis"}
    [hold] = (await post(world, "operator", "/v1/incidents/I1/holds", wish)).json()
    assert [one["id"] for one in (await get(world, "auditor", "/v1/holds?incident=I1")).json()] == [hold["id"]]
    released = await post(world, "admin", f"/v1/holds/{hold['id']}/release", {"reason": "재판이 끝남"})
    assert released.json()["released_by"] == "u-admin"
    assert [act for act in world.ledger.acts() if act in ("hold", "release")] == ["hold", "release"]

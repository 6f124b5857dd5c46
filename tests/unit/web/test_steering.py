"""The wheel of a camera: one hand at a time, on the record, and never left turning."""

from __future__ import annotations

import asyncio

import pytest

from bongsu.core.grant import Right
from bongsu.core.incident import Priority
from fakes.platform import POLICE, World, a_grant, a_world

OF_C1 = "/v1/cameras/C1/wheel"


@pytest.fixture
def world(tmp_path) -> World:
    return a_world(tmp_path)


async def settle() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_taking_turning_and_letting_go_are_two_rows_with_the_moves_counted(world):
    world.open_case("I1")
    me = await world.sign_in("operator")
    async with world.client() as http:
        taken = await http.post(OF_C1, json={"incident": "I1"}, headers=me)
        assert (taken.json()["mine"], taken.json()["for_s"]) == (True, 20.0)
        for _ in range(3):
            assert (await http.post(f"{OF_C1}/move", json={"pan": 0.5}, headers=me)).status_code == 200
        assert (await http.delete(OF_C1, headers=me)).json()["holder"] == ""
    await settle()
    steer, steered = world.ledger.rows[-2:]
    assert (steer.act, steer.who, steer.camera, steer.incident) == ("steer", "u-op", "C1", "I1")
    assert (steered.act, steered.reason) == ("steered", "let_go: 0.0 s, 3 moves")
    assert world.heads.told == [("C1", "move", 0.5, 0.0, 0.0)] * 3 + [("C1", "stop"), ("C1", "go", "home")]


async def test_without_a_ledger_row_nobody_takes_the_wheel(world):
    world.open_case("I1")
    me = await world.sign_in("operator")
    world.ledger.broken = True
    async with world.client() as http:
        assert (await http.post(OF_C1, json={"incident": "I1"}, headers=me)).status_code == 503
        world.ledger.broken = False
        assert (await http.post(f"{OF_C1}/move", json={"pan": 1}, headers=me)).status_code == 409
    assert world.heads.told == []


async def test_a_second_operator_is_told_who_steers_and_for_how_long(world):
    world.open_case("I1")
    me, other = await world.sign_in("operator"), await world.sign_in("linkonly")
    async with world.client() as http:
        await http.post(OF_C1, json={"incident": "I1"}, headers=me)
        world.clock.forward(5)
        refused = await http.post(OF_C1, json={"incident": "I1"}, headers=other | {"Accept-Language": "en"})
        assert (refused.status_code, refused.json()["code"]) == (409, "error.wheel.held")
        assert "u-op" in refused.json()["detail"]
        assert "15.0 s" in refused.json()["detail"]


async def test_a_more_urgent_case_with_a_reason_takes_over_and_the_first_is_told(world):
    world.open_case("I1")
    world.open_case("I2", priority=Priority.URGENT)
    me, other = await world.sign_in("operator"), await world.sign_in("linkonly")
    async with world.client() as http:
        await http.post(OF_C1, json={"incident": "I1"}, headers=me)
        bare = await http.post(OF_C1, json={"incident": "I2"}, headers=other)
        assert bare.status_code == 409
        why = {"incident": "I2", "reason": "흉기를 든 사람 추적"}
        assert (await http.post(OF_C1, json=why, headers=other)).json()["mine"]
        assert (await http.post(f"{OF_C1}/move", json={"pan": 1}, headers=me)).status_code == 409
    camera, wheel, reason = world.wheels[-1]
    assert (camera, wheel.user, reason) == ("C1", "u-link", "흉기를 든 사람 추적")
    await settle()
    assert world.heads.told == [("C1", "stop")]
    assert [row.reason for row in world.ledger.rows if row.act == "steered"] == ["taken_over: 0.0 s, 0 moves"]


async def test_a_movement_nobody_repeats_is_stopped_within_a_second(world):
    world.open_case("I1")
    me = await world.sign_in("operator")
    async with world.client() as http:
        await http.post(OF_C1, json={"incident": "I1"}, headers=me)
        await http.post(f"{OF_C1}/move", json={"pan": 1}, headers=me)
    world.clock.forward(0.9)
    world.platform.helm.sweep()
    await settle()
    assert world.heads.told[-1][1] == "move"
    world.clock.forward(0.2)
    world.platform.helm.sweep()
    await settle()
    assert world.heads.told[-1] == ("C1", "stop")
    assert world.platform.helm.holder("C1") is not None


async def test_a_wheel_nobody_touches_lapses_and_the_camera_goes_home(world):
    world.open_case("I1")
    me = await world.sign_in("operator")
    async with world.client() as http:
        await http.post(OF_C1, json={"incident": "I1"}, headers=me)
        world.clock.forward(21)
        world.platform.helm.sweep()
        await settle()
        assert (await http.get(OF_C1, headers=me)).json()["holder"] == ""
    assert world.heads.told == [("C1", "stop"), ("C1", "go", "home")]
    assert world.ledger.rows[-1].reason.startswith("lapsed: 21.0 s")


async def test_signing_out_ends_the_wheel_and_the_movement(world):
    world.open_case("I1")
    me = await world.sign_in("operator")
    async with world.client() as http:
        await http.post(OF_C1, json={"incident": "I1"}, headers=me)
        await http.post(f"{OF_C1}/move", json={"pan": 1}, headers=me)
        await http.delete("/v1/session", headers=me)
    world.platform.helm.sweep()
    await settle()
    assert ("C1", "stop") in world.heads.told
    assert world.platform.helm.holder("C1") is None


async def test_an_agency_steers_only_through_a_grant_that_says_so_and_only_while_it_lives(world):
    world.open_case("I1", a_grant("I1", POLICE, ["C1"]))
    steering = a_grant("I2", POLICE, ["C1"], rights=(Right.VIEW, Right.STEER))
    world.open_case("I2", steering)
    me = await world.sign_in("police")
    async with world.client() as http:
        assert (await http.post(OF_C1, json={"incident": "I1", "reason": "보고 싶다"}, headers=me)).status_code == 403
        assert (await http.post(OF_C1, json={"incident": "I2"}, headers=me)).json()["mine"]
        assert (await http.post("/v1/cameras/C2/wheel", json={"incident": "I2"}, headers=me)).status_code == 404
        world.end(steering)
        world.platform.helm.sweep()
        await settle()
        assert (await http.post(f"{OF_C1}/move", json={"pan": 1}, headers=me)).status_code in (404, 409)
    assert world.platform.helm.holder("C1") is None


async def test_a_camera_without_a_head_says_so(world):
    world.open_case("I1")
    me = await world.sign_in("operator")
    async with world.client() as http:
        told = await http.post("/v1/cameras/C3/wheel", json={"incident": "I1"}, headers=me)
        assert (told.status_code, told.json()["code"]) == (404, "error.camera.onvif.none")
        assert not (await http.get("/v1/cameras/C3/wheel", headers=me)).json()["steerable"]


async def test_neither_a_case_nor_a_reason_is_no_wheel(world):
    me = await world.sign_in("operator")
    async with world.client() as http:
        assert (await http.post(OF_C1, json={}, headers=me)).status_code == 403
        assert (await http.post(OF_C1, json={"reason": "정비 점검"}, headers=me)).status_code == 200

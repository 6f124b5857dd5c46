"""The door that shows junctions and the priority that is asked of them."""

from __future__ import annotations

from bongsu.core.geo import Point
from bongsu.web.junctions import SignalShown, WaitingShown
from fakes.platform import a_world


async def test_operators_see_every_junction_with_its_trouble_and_who_waits(tmp_path):
    world = a_world(tmp_path)
    world.signals = (
        SignalShown(
            id="S1", name="잠실역 사거리", name_en="", where=Point(127.1, 37.5), trouble="signal.silent", mode="",
            phases=(), asks=(), waiting=(WaitingShown(unit="E2", incident="I1", why="yielded"),),
        ),
    )  # fmt: skip
    headers = await world.sign_in("operator")
    async with world.client() as client:
        told = (await client.get("/v1/signals", headers=headers)).json()
    assert [(one["id"], one["trouble"], one["where"]) for one in told] == [
        ("S1", "signal.silent", {"lon": 127.1, "lat": 37.5})
    ]
    assert told[0]["waiting"] == [{"unit": "E2", "incident": "I1", "why": "yielded"}]

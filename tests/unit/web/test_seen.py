"""What a camera itself reported last: for whoever may see the camera, and nobody else."""

from __future__ import annotations

from bongsu.core.observation import Observation
from fakes.platform import a_grant, a_world


async def ask(world, who, camera="C1"):
    headers = await world.sign_in(who)
    async with world.client() as client:
        return await client.get(f"/v1/cameras/{camera}/seen", headers=headers)


async def test_the_newest_of_each_thing_is_told_and_the_cameras_health_is_not_among_them(tmp_path):
    world = a_world(tmp_path)
    told = [
        Observation("C1", "motion", True, 1_000),
        Observation("C1", "tamper", True, 3_000),
        Observation("C1", "motion", False, 2_000),
        Observation("C1", "objects.count", 7.0, 500, "gate"),
        Observation("C1", "camera.fps", 15.0, 9_000),
        Observation("C2", "motion", True, 9_000),
    ]
    world.city.readings.sense(told)
    assert (await ask(world, "operator")).json() == [
        {"what": "tamper", "result": True, "at_ms": 3_000, "feature": ""},
        {"what": "motion", "result": False, "at_ms": 2_000, "feature": ""},
        {"what": "objects.count", "result": 7.0, "at_ms": 500, "feature": "gate"},
    ]


async def test_an_agency_is_told_of_the_cameras_of_its_grants_only(tmp_path):
    world = a_world(tmp_path)
    world.city.readings.sense([Observation("C2", "motion", True, 1_000)])
    world.open_case("I1", a_grant(cameras=("C1",)))
    assert (await ask(world, "police")).status_code == 200
    assert (await ask(world, "police", "C2")).status_code == 404
    assert (await ask(world, "operator", "C2")).json()[0]["what"] == "motion"

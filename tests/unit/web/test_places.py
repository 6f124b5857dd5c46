"""The registers of places are read a box of the map at a time, by everybody who is signed in."""

from pathlib import Path

import pytest

from bongsu.city import City
from bongsu.core.asset import Bell, Facility, FacilityKind, Ground
from bongsu.settings import CameraSettings
from fakes.city import at
from fakes.platform import World, a_world


def a_box(west: float, south: float, east: float, north: float) -> str:
    low, high = at(west, south), at(east, north)
    return f"box={low.lon},{low.lat},{high.lon},{high.lat}"


@pytest.fixture
def world(tmp_path: Path) -> World:
    lamps = [Facility(id=f"L{n}", kind=FacilityKind.LAMP, name="가로등", where=at(n * 10, 0)) for n in range(2003)]
    bell = Bell(id="B1", name="시장 비상벨", where=at(5, 5), police_linked=True)
    return a_world(tmp_path, city=City((), Ground(), CameraSettings(), bells=[bell], facilities=lamps))


async def test_a_box_tells_the_places_of_one_kind_in_it(world: World) -> None:
    async with world.client() as client:
        session = await world.sign_in("police")
        lit = (await client.get(f"/v1/places?kind=lamp&{a_box(-5, -5, 15, 15)}", headers=session)).json()
        rung = (await client.get(f"/v1/places?kind=bell&{a_box(-5, -5, 15, 15)}", headers=session)).json()
        none = (await client.get(f"/v1/places?kind=school&{a_box(-5, -5, 15, 15)}", headers=session)).json()
    assert (lit["id"], lit["more"]) == (["L0", "L1"], False)
    assert (rung["id"], rung["police_linked"]) == (["B1"], [True])
    assert none["id"] == []


async def test_a_box_with_too_many_says_so(world: World) -> None:
    async with world.client() as client:
        session = await world.sign_in("operator")
        lit = (await client.get(f"/v1/places?kind=lamp&{a_box(-5, -5, 99_999, 15)}", headers=session)).json()
    assert (len(lit["id"]), lit["more"]) == (2000, True)


@pytest.mark.parametrize("query", ["", "kind=volcano&box=1,2,3,4", "kind=lamp&box=1,2,3", "kind=lamp&box=9,9,8,8",
    "kind=lamp&box=a,b,c,d", "kind=lamp&box=nan,1,2,3", "kind=lamp&box=1,2,999,4"])  # fmt: skip
async def test_a_box_that_is_none_is_refused(query: str, world: World) -> None:
    async with world.client() as client:
        session = await world.sign_in("operator")
        assert (await client.get(f"/v1/places?{query}", headers=session)).status_code == 422

"""The collection round through its door: by the service's terms, over the city's streets, and never a straight line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from bongsu.city.ways import ways_of
from bongsu.core.asking import DeviceList, DeviceState, Reading
from bongsu.core.asset import Ground
from bongsu.core.device import Device, DeviceKind
from bongsu.core.revision import RecordKind, ServiceTerms
from fakes.platform import World, a_world
from fakes.procedures import a_revision
from fakes.streets import a_grid, place

WAYS = ways_of(Ground(roads=a_grid(6)[1]), ("car",))


def a_bin(number: int, x: float, fill: float | None) -> DeviceState:
    device = Device(id=f"B{number}", kind=DeviceKind.BIN, observes=("fill",), where=place(x, 0))
    told = () if fill is None else (Reading(observed_property="fill", unit="1", result=fill, time_ms=1),)
    return DeviceState(device=device, readings=told)


class Pages:
    """A telemetry process that gives bins two at a time."""

    def __init__(self) -> None:
        self.bins = [a_bin(1, 100, 0.9), a_bin(2, 200, 0.3), a_bin(3, 300, 0.8), a_bin(4, 400, None)]

    async def ask(self, question: Any) -> bytes:
        first = int(question.after or 0)
        after = str(first + 2) if first + 2 < len(self.bins) else ""
        page = DeviceList(devices=tuple(self.bins[first : first + 2]), total=4, after=after, now_ms=1)
        return msgspec.json.encode(page)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = a_world(tmp_path)
    made.telemetry = Pages()  # type: ignore[assignment]
    link(made, depot_lon=place(5, 0).lon, depot_lat=place(5, 0).lat)
    made.city.ways = WAYS
    return made


def link(world: World, **terms: Any) -> None:
    revision = a_revision(RecordKind.SERVICE, "smart_bins", ServiceTerms(terms=terms))
    world.board.records[RecordKind.SERVICE, "smart_bins"] = revision


async def get(world: World, **query: Any) -> Any:
    headers = await world.sign_in("operator")
    async with world.client() as client:
        return await client.get("/v1/bins/round", params=query or None, headers=headers)


async def test_bins_of_every_page_that_are_due_are_on_the_round(world: World) -> None:
    told = (await get(world, compare="true")).json()
    assert {stop["bin"] for stop in told["stops"]} == {"B1", "B3"}
    assert told["bins"] == 3
    assert told["drive_s"] <= told["all_drive_s"]


async def test_what_is_asked_goes_before_the_terms(world: World) -> None:
    told = (await get(world, due=0.2, holds=1.0)).json()
    assert ([stop["bin"] for stop in told["stops"]], told["left"]) == (["B1"], ["B3", "B2"])


async def test_without_a_depot_it_is_asked_for(world: World) -> None:
    link(world)
    missing = await get(world)
    assert (missing.status_code, missing.json()["code"]) == (422, "error.bins.depot")
    assert (await get(world, lon=place(5, 0).lon, lat=place(5, 0).lat)).status_code == 200


async def test_before_the_streets_are_ready_it_says_so(world: World) -> None:
    world.city.ways = None
    early = await get(world)
    assert (early.status_code, early.json()["code"]) == (503, "error.roads.building")


async def test_a_service_that_is_not_linked_has_no_round(world: World) -> None:
    del world.board.records[RecordKind.SERVICE, "smart_bins"]
    got = await get(world)
    assert (got.status_code, got.json()["code"]) == (404, "error.service.absent")

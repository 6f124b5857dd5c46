"""The city asks the simulated vehicle-contact authority over HTTP, as it would the real one."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
import uvicorn

from bongsu.core.errors import NotFound, Refused, Unavailable
from bongsu.gateways.parked_cars import Authority
from bongsu.world.vehicles import Cars, Desk
from fakes.running import free_port

KEY = "k" * 24
CARS = Cars(reachable=frozenset({"12가3456"}), declined=frozenset({"34나5678"}), deaf=frozenset({"56다7890"}))


@asynccontextmanager
async def authority(key: str = KEY, timeout_s: float = 5.0):
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(Desk(CARS, KEY), host="127.0.0.1", port=port, log_level="warning", lifespan="off")
    )
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    city = Authority(f"http://127.0.0.1:{port}", key, "p" * 24, timeout_s=timeout_s)
    try:
        yield city
    finally:
        await city.close()
        server.should_exit = server.force_exit = True
        await serving


async def ask(city: Authority, plate: str, reason: str = "사다리차 진입 불가"):
    return await city.ask(plate, incident="I1", reason=reason, who="kim")


async def test_a_car_in_the_register_is_reached_by_a_number_that_only_dials_for_a_while():
    async with authority() as city:
        found = await ask(city, "12가3456")
    assert found.dial.startswith("050-")
    assert found.until > datetime.now(UTC)


@pytest.mark.parametrize(
    ("plate", "reason", "problem", "code"),
    [
        ("99하9999", "사다리차 진입 불가", NotFound, "parked_car.none"),
        ("34나5678", "사다리차 진입 불가", Refused, "parked_car.declined"),
        ("12가3456", "급해", Refused, "parked_car.declined"),
    ],
)
async def test_what_the_authority_says_no_to_has_a_name_and_never_the_plate(plate, reason, problem, code):
    async with authority() as city:
        with pytest.raises(problem, match=code.replace(".", r"\.")) as raised:
            await ask(city, plate, reason)
    assert plate not in str(raised.value)


async def test_an_authority_that_never_answers_or_does_not_know_us_or_is_not_there_is_told_apart():
    async with authority(timeout_s=0.3) as city:
        with pytest.raises(Unavailable, match=r"parked_car\.silent"):
            await ask(city, "56다7890")
    async with authority(key="x" * 24) as city:
        with pytest.raises(Unavailable, match=r"parked_car\.locked"):
            await ask(city, "12가3456")
    nobody = Authority(f"http://127.0.0.1:{free_port()}", KEY, "p" * 24, timeout_s=2.0)
    with pytest.raises(Unavailable, match=r"parked_car\.unreachable"):
        await ask(nobody, "12가3456")
    await nobody.close()

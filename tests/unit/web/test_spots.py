"""Devices on a screen: told as they change, to whoever may see them; a ward's in an open case, to operators alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar import Litestar

from bongsu.core.asking import ListSpots, Reading, Spot, SpotNews
from bongsu.core.device import DeviceKind
from bongsu.core.incident import State
from bongsu.core.ledger import Act
from bongsu.web.pulse import look
from bongsu.web.spots import SILENT_AFTER_MS, Glance, glance
from fakes.listener import Listener, settle
from fakes.platform import World, a_world

BOX = [127.0, 37.4, 127.2, 37.6]
CASE = {"sender": "BONGSU", "occurrence": "elder-inactive:home-7:1795300000000"}
NOW_MS = 1_795_300_000_000


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    return a_world(tmp_path_factory.mktemp("app")).app


@pytest.fixture
def world(app: Litestar, tmp_path: Path) -> World:
    return a_world(tmp_path, app=app)


def a_spot(device: str, result: float = 1.0, **more: Any) -> Spot:
    told = Reading(observed_property="power", unit="W", result=result, time_ms=NOW_MS)
    fields = {"site": device, "heard_ms": NOW_MS, "readings": (told,)} | more
    return Spot(device=device, kind=DeviceKind.BIN, lon=127.0, lat=37.5, **fields)


async def show(world: World, screen: Listener, **wanted: Any) -> None:
    """Say what the screen shows, and let the platform look."""
    screen.say(msgspec.json.encode({"what": "show", **wanted}).decode())
    await settle()
    await look(world.platform, tell=False)


async def tell(world: World, *spots: Spot, show: int = 0, **more: Any) -> None:
    world.telemetry.shows[show][1](SpotNews(spots=spots, **more))
    await settle()


def told(screen: Listener) -> list[dict[str, Any]]:
    return [word for word in screen.waiting() if word["what"] == "devices"]


async def asked(world: World, who: str, **wanted: Any) -> ListSpots | None:
    async with Listener(world.app, "/v1/live", await world.sign_in(who)) as screen:
        await show(world, screen, **(wanted or {"box": BOX}))
        return world.telemetry.shows[0][0] if world.telemetry.shows else None


async def test_an_operator_is_shown_the_sites_of_open_cases_in_the_box_of_the_map(world: World) -> None:
    world.open_case(**CASE)
    question = await asked(world, "operator")
    assert question == ListSpots(west=127.0, south=37.4, east=127.2, north=37.6, sites=("home-7",))


@pytest.mark.parametrize("case", [CASE | {"state": State.CLOSED}, CASE | {"sender": "POLICE112"}])
async def test_a_case_that_is_over_or_that_a_partner_told_shows_no_ward(world: World, case: dict[str, Any]) -> None:
    world.open_case(**case)
    question = await asked(world, "operator")
    assert question is not None
    assert question.sites == ()


async def test_an_administrator_is_shown_no_ward_even_under_an_open_case(world: World) -> None:
    world.open_case(**CASE)
    question = await asked(world, "admin", devices=["D1", "W1"])
    assert question is not None
    assert (question.devices, question.sites) == (("D1", "W1"), ())


async def test_an_agency_is_shown_no_device_and_that_it_asked_is_on_the_ledger(world: World) -> None:
    async with Listener(world.app, "/v1/live", await world.sign_in("police")) as screen:
        await show(world, screen, box=BOX)
        assert {"what": "refused", "code": "route.refused"} in screen.waiting()
    assert world.telemetry.shows == []
    assert [row.act for row in world.ledger.rows][-1] is Act.REFUSE


@pytest.mark.parametrize("box", [[127.2, 37.4, 127.0, 37.6], [0, 0, 999, 1], [0, 0, 1]])
async def test_a_box_that_is_none_shows_nothing(world: World, box: list[float]) -> None:
    assert await asked(world, "operator", box=box) is None


async def test_only_what_changed_is_told_after_all_of_it_was(world: World) -> None:
    async with Listener(world.app, "/v1/live", await world.sign_in("operator")) as screen:
        await show(world, screen, box=BOX)
        screen.waiting()
        await tell(world, a_spot("A"), a_spot("B"), whole=True, more=True)
        first = told(screen)
        await tell(world, a_spot("A"), a_spot("B", 2.0), gone=(), more=True)
        second = told(screen)
        await tell(world, gone=("A",))
        third = told(screen)
    assert [(one["whole"], one["more"], one["id"], one["state"]) for one in first] == [
        (True, True, ["A", "B"], ["fine", "fine"])
    ]
    assert [(one["whole"], one["id"], one["readings"][0][0]["result"]) for one in second] == [(False, ["B"], 2.0)]
    assert [(one["whole"], one["more"], one["id"], one["gone"]) for one in third] == [(False, False, [], ["A"])]


async def test_that_a_ward_s_device_was_heard_again_is_told_to_nobody(world: World) -> None:
    world.open_case(**CASE)
    async with Listener(world.app, "/v1/live", await world.sign_in("operator")) as screen:
        await show(world, screen, box=BOX)
        await tell(world, a_spot("W1", site="home-7", readings=()), whole=True)
        assert [one["state"] for one in told(screen)] == [["alarmed"]]
        await tell(world, a_spot("W1", site="home-7", readings=(), heard_ms=NOW_MS + 1))
        assert told(screen) == []


async def test_a_slow_screen_gets_the_newest_of_each_device_once(world: World) -> None:
    async with Listener(world.app, "/v1/live", await world.sign_in("operator")) as screen:
        await show(world, screen, box=BOX)
        await tell(world, a_spot("A"), whole=True)
        told(screen)
        screen.reading.clear()
        for result in range(2, 1_000):
            await tell(world, a_spot("A", float(result)), a_spot("B", float(result)))
        screen.reading.set()
        await settle()
        late = told(screen)
    assert len(late) <= 2  # one was on its way already
    assert dict(zip(late[-1]["id"], (one[0]["result"] for one in late[-1]["readings"]), strict=True)) == {
        "A": 999.0,
        "B": 999.0,
    }


async def test_a_ward_leaves_the_screen_with_its_case(world: World) -> None:
    world.open_case("I1", **CASE)
    async with Listener(world.app, "/v1/live", await world.sign_in("operator")) as screen:
        await show(world, screen, box=BOX)
        await look(world.platform, tell=False)
        assert [show[0].sites for show in world.telemetry.shows] == [("home-7",)]
        world.open_case("I1", **CASE, state=State.CLOSED)
        await look(world.platform, tell=False)
        assert [show[0].sites for show in world.telemetry.shows] == [()]


async def test_nothing_holds_while_telemetry_is_away_or_when_nobody_looks_any_more(world: World) -> None:
    async with Listener(world.app, "/v1/live", await world.sign_in("operator")) as screen:
        await show(world, screen, box=BOX)
        await tell(world, a_spot("A"), whole=True)
        told(screen)
        world.telemetry.shows[0][1](None)
        await settle()
        assert [(one["whole"], one["id"], one["away"]) for one in told(screen)] == [(True, [], True)]
        await tell(world, whole=True)
        assert [(one["whole"], one["id"], one["away"]) for one in told(screen)] == [(True, [], False)]
        await show(world, screen)
        assert world.telemetry.shows == []
        await show(world, screen, box=BOX)
        assert len(world.telemetry.shows) == 1
    assert world.telemetry.shows == []


@pytest.mark.parametrize(
    ("site", "trouble", "silent_ms", "seen"),
    [
        ("home-7", "late", SILENT_AFTER_MS + 1, Glance.ALARMED),
        ("lobby", "late", SILENT_AFTER_MS + 1, Glance.DOUBTED),
        ("lobby", "", SILENT_AFTER_MS + 1, Glance.SILENT),
        ("lobby", "", SILENT_AFTER_MS, Glance.FINE),
    ],
)
def test_the_gravest_is_what_is_seen_at_a_glance(site: str, trouble: str, silent_ms: int, seen: Glance) -> None:
    spot = a_spot("D", site=site, heard_ms=NOW_MS - silent_ms, trouble=trouble)
    assert glance(spot, frozenset({"home-7"}), NOW_MS) is seen

"""What an officer's screen makes of the live board."""

from __future__ import annotations

import asyncio
import json

import pytest

from bongsu.world.partner.board import Screen, number_of
from fakes.partner import a_grant, an_incident


def snapshot(**fields) -> str:
    base = {"what": "snapshot", "seq": 1, "incidents": [], "grants": [], "cameras": {}}
    return json.dumps({**base, **fields})


def change(seq: int, incident, grants=(), what: str = "opened") -> str:
    return json.dumps(
        {"what": "change", "seq": seq, "change": {"what": what}, "incident": incident, "grants": list(grants)}
    )


async def test_who_waits_for_a_grant_hears_of_it_with_the_moment_it_came():
    screen = Screen()
    screen.hear(snapshot(), 1.0, 1000.0)
    waiting = asyncio.create_task(screen.granted("7"))
    await asyncio.sleep(0)
    screen.hear(change(2, an_incident("7"), [a_grant("g", "I-7", "C-1", "C-2")]), 2.5, 2500.0)
    given = await waiting
    assert (given.at_s, given.at_ms, given.cameras) == (2.5, 2500.0, ("C-1", "C-2"))


async def test_a_new_version_of_a_grant_is_not_a_second_grant():
    screen = Screen()
    grant = a_grant("g", "I-7", "C-1")
    screen.hear(change(1, an_incident("7"), [grant]), 1.0, 1.0)
    screen.hear(change(2, an_incident("7", 2), [{**grant, "views": []}], "moved"), 2.0, 2.0)
    assert len(screen.given) == 1
    assert (await screen.granted("7")).at_s == 1.0


async def test_a_wait_that_was_given_up_does_not_stop_the_next():
    screen = Screen()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(screen.granted("7"), 0.01)
    screen.hear(change(1, an_incident("7"), [a_grant("g", "I-7")]), 1.0, 1.0)
    assert (await screen.granted("7")).incident == "I-7"


def test_what_is_gone_is_off_the_screen():
    screen = Screen()
    screen.hear(change(1, an_incident("7"), [a_grant("g", "I-7")]), 1.0, 1.0)
    screen.hear(json.dumps({"what": "gone", "seq": 2, "incident": "I-7", "grant": "g"}), 2.0, 2.0)
    assert screen.grants == {}
    assert screen.incidents == {}
    assert screen.gone == ["I-7"]


@pytest.mark.parametrize("text", ["POLICE112/NPAUC102/7", "7"])
def test_our_number_is_found_whatever_the_city_puts_before_it(text: str):
    assert number_of({"occurrence": text}) == "7"
    assert number_of({}) == ""

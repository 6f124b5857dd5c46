"""How each part is: what stops the platform, what only needs a look, and what a partner's silence means."""

from __future__ import annotations

import pytest

from bongsu.core.processes import Seat
from bongsu.core.report import Partner
from bongsu.web.condition import DEGRADED, DOWN, OK, UNHEARD, Links, is_usable, own, parts_of

POLICE = Partner(code="POLICE112", name="112", agency="police112")
FIRE = Partner(code="FIRE119", name="119", agency="fire119")


def seats(*alive):
    return [Seat(name=f"v{n}", url=f"ws://x:{n}", alive=one) for n, one in enumerate(alive, start=1)]


def parts(**said):
    told = {"video": seats(True), "broken": "", "dead_letters": 0, "free_share": 0.5, "links": {}} | said
    return parts_of(**told)


def test_a_healthy_platform_is_ok_everywhere():
    assert set(parts().values()) == {OK}
    assert is_usable(parts())


@pytest.mark.parametrize("fault", [{"video": seats(False)}, {"broken": "disk I/O error"}])
def test_without_store_or_video_it_is_not_usable(fault):
    assert not is_usable(parts(**fault))


def test_of_several_video_processes_each_is_told_and_one_that_is_away_stops_nothing():
    told = parts(video=seats(True, False))
    assert {name: state for name, state in told.items() if name.startswith("video")} == {
        "video": DEGRADED,
        "video:v1": OK,
        "video:v2": DOWN,
    }
    assert is_usable(told)
    assert not is_usable(parts(video=seats(False, False)))
    assert "video:v1" not in own(told)


@pytest.mark.parametrize(
    ("free_share", "state"), [(0.2, OK), (0.199, DEGRADED), (0.05, DEGRADED), (0.049, DOWN), (0.0, DOWN)]
)
def test_a_disk_that_fills_is_said_before_it_is_full(free_share, state):
    assert parts(free_share=free_share)["disk"] == state


def test_a_dead_letter_wants_a_look_and_stops_nothing():
    told = parts(dead_letters=1)
    assert told["sender"] == DEGRADED
    assert is_usable(told)


def test_a_partner_is_unheard_until_something_was_exchanged():
    links = Links([POLICE, FIRE])
    links.heard("POLICE112")
    assert links.states() == {"partner:POLICE112": OK, "partner:FIRE119": UNHEARD}


def test_a_partner_we_cannot_reach_is_down_even_while_it_still_calls_us():
    links = Links([POLICE, FIRE])
    links.tried("police112", delivered=False)
    links.heard("POLICE112")
    assert links.states()["partner:POLICE112"] == DOWN
    links.tried("police112", delivered=True)
    assert links.states()["partner:POLICE112"] == OK


def test_a_stranger_is_told_of_our_own_parts_only():
    assert set(own(parts(links={"partner:FIRE119": DOWN}))) == {"core", "store", "video"}

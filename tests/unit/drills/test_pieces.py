"""Plans, places, forged tickets and verdicts."""

from __future__ import annotations

import base64
import json
import math
import random
import struct

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.geo import Point, distance_m
from bongsu.drills.outcome import Outcome, Row
from bongsu.drills.police_video.places import box_of_map, call_places, cameras_in, spread
from bongsu.drills.police_video.plan import Plan
from bongsu.drills.police_video.tickets import forge, sign_anew


@given(st.integers(12, 2000))
def test_a_plan_makes_exactly_the_calls_asked_for(calls: int):
    plan = Plan(calls=calls)
    assert 2 * plan.places + sum(plan.rounds) == max(calls, 2 * plan.places + 3)
    assert plan.places <= 30


def test_thirty_places_are_measured_unless_there_are_few_calls():
    assert Plan(calls=240).places == Plan(calls=500).places == 30
    assert Plan(calls=40).places == 10


def header(west: float, south: float, east: float, north: float) -> bytes:
    bounds = struct.pack("<iiii", *(round(value * 1e7) for value in (west, south, east, north)))
    return b"PMTiles\x03" + bytes(94) + bounds + bytes(9)


def test_the_box_of_a_map_is_read_from_its_header():
    assert box_of_map(header(127.07, 37.5, 127.13, 37.54)) == (127.07, 37.5, 127.13, 37.54)
    assert box_of_map(b"") is None
    assert box_of_map(b"x" * 127) is None


COLUMNS = {"lon": [127.1, 126.0], "lat": [37.51, 37.51]}


def test_calls_come_from_cameras_on_the_map_and_from_anywhere_when_none_is():
    assert cameras_in(COLUMNS, (127.0, 37.5, 127.2, 37.6)) == [Point(127.1, 37.51)]
    assert len(cameras_in(COLUMNS, None)) == 2
    assert len(cameras_in(COLUMNS, (0.0, 0.0, 1.0, 1.0))) == 2


def test_places_are_spread_and_calls_are_near_their_camera():
    chance = random.Random(1)
    spots = [Point(127.0 + turn * 1e-3, 37.5) for turn in range(50)]
    chosen = spread(spots, 10, 200.0, chance)
    assert all(distance_m(a, b) >= 200.0 for a in chosen for b in chosen if a is not b)
    for place in call_places(spots, 20, chance):
        assert min(distance_m(place, spot) for spot in spots) <= 61.0


def test_a_forged_ticket_says_something_else_under_the_old_signature():
    key = Ed25519PrivateKey.generate()
    words = json.dumps({"camera": "C-1", "nonce": "n"}).encode()
    real = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in (words, key.sign(words)))
    forged = forge(real, camera="C-2")
    assert forged.split(".")[1] == real.split(".")[1]
    assert json.loads(base64.urlsafe_b64decode(forged.split(".")[0] + "==")) == {"camera": "C-2", "nonce": "n"}
    anew = sign_anew(real)
    assert anew.split(".")[1] != real.split(".")[1]


@pytest.mark.parametrize(
    "value, limit, passed",
    [
        (0, 0, True),
        (1, 0, False),
        (99.9, 100.0, True),
        (100.1, 100.0, False),
        (math.nan, 100.0, False),
        (True, True, True),
        (False, True, False),
        (5, None, None),
    ],
)
def test_a_row_holds_its_limit_or_not_and_what_could_not_be_taken_does_not(value, limit, passed):
    assert Row(name="x", value=value, limit=limit).passed is passed


def test_one_miss_fails_the_run_and_the_json_says_so():
    rows = (Row(name="a", value=1, limit=5), Row(name="b", value=math.nan, limit=5))
    outcome = Outcome(figures={"calls": 3, "bad_ms": math.nan}, rows=rows)
    told = json.loads(outcome.to_json())
    assert (outcome.passed, told["passed"], told["bad_ms"]) == (False, False, None)
    assert [row["passed"] for row in told["rows"]] == [True, False]
    assert outcome.table().row_count == 2

"""Crews patrol, turn out with sirens, stay, and come back to where their beat passes."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.asset import UnitKind
from bongsu.core.clock import KST
from bongsu.core.errors import Conflict, NotFound
from bongsu.core.geo import Point, distance_m
from bongsu.world import setting
from bongsu.world.crews import A_DISTRICT, Crews
from bongsu.world.crews_door import Desk
from bongsu.world.dispatch import HANDLING_S, Dispatchers
from bongsu.world.feed import Call, Step, To
from bongsu.world.routes import TURNOUT_S
from bongsu.world.sky import Weather
from bongsu.world.weather import Climate
from fakes.world import a_grid

AT = datetime(2026, 11, 24, 18, 0, tzinfo=KST)
AT_S = AT.timestamp()
SETTING = setting.of_scene(a_grid(), 5, people=100)
CLIMATE = Climate(seed=5, where=SETTING.scene.origin, fixed=Weather.CLEAR)
SKY = CLIMATE.sky(AT)
PLACE = SETTING.scene.plane.to_point(440.0, 215.0)


def crews() -> Crews:
    return Crews(SETTING, 5)


CREWS = crews()


def test_a_district_has_its_crews_at_the_stations_of_their_kind() -> None:
    all_ = crews()
    for kind, many in A_DISTRICT.items():
        assert sum(crew.kind is kind for crew in all_.crews) == many
    engine = next(crew for crew in all_.crews if crew.kind is UnitKind.ENGINE)
    where = all_.where(engine, AT_S)
    fire = next(one for one in SETTING.scene.stations if one.kind == "fire")
    assert where.state == "station"
    assert distance_m(Point(where.lon, where.lat), fire.where) < 160


@given(st.floats(0, 86_400), st.integers(0, 33))
def test_a_patrol_on_its_beat_never_leaps(after_s: float, nth: int) -> None:
    one, other = (CREWS.here(CREWS.crews[nth], AT_S + after_s + later) for later in (0, 1))
    assert np.hypot(one.x - other.x, one.y - other.y) < 8


def test_the_nearest_free_crew_turns_out_after_a_while_and_drives_fast() -> None:
    all_ = crews()
    mission = all_.go(PLACE, AT_S, SKY, kind=UnitKind.ENGINE, event="E-1")
    crew = next(c for c in all_.crews if c.id == mission.unit)
    assert all_.where(crew, AT_S + TURNOUT_S - 1).speed_mps == 0
    going = all_.where(crew, (mission.arrives_s + AT_S + TURNOUT_S) / 2)
    assert (going.state, going.event) == ("going", "E-1")
    assert 6 < going.speed_mps <= 22
    there = all_.where(crew, mission.arrives_s + 60)
    assert there.state == "there"
    assert distance_m(Point(there.lon, there.lat), PLACE) < 15


def test_it_stays_as_long_as_told_and_returns_with_the_traffic() -> None:
    all_ = crews()
    mission = all_.go(PLACE, AT_S, SKY, kind=UnitKind.PATROL, stay_s=300)
    crew = next(c for c in all_.crews if c.id == mission.unit)
    assert mission.leaves_s == pytest.approx(mission.arrives_s + 300, abs=0.1)
    assert all_.where(crew, mission.leaves_s + 10).state == "returning"
    end = mission.at_s[-1]
    before, after = all_.here(crew, end - 0.01), all_.here(crew, end + 0.01)
    assert np.hypot(before.x - after.x, before.y - after.y) < 1
    assert all_.where(crew, end + 1).state == "beat"


def test_nobody_is_sent_twice_at_once_and_then_there_is_none() -> None:
    all_ = crews()
    sent = {all_.go(PLACE, AT_S, SKY, kind=UnitKind.AMBULANCE).unit for _ in range(A_DISTRICT[UnitKind.AMBULANCE])}
    assert len(sent) == A_DISTRICT[UnitKind.AMBULANCE]
    with pytest.raises(Conflict) as refused:
        all_.go(PLACE, AT_S + 1, SKY, kind=UnitKind.AMBULANCE)
    assert refused.value.code == "crews.none"
    with pytest.raises(NotFound):
        all_.go(PLACE, AT_S, SKY, unit="X-99")


def test_a_crew_called_back_turns_round_where_it_is() -> None:
    all_ = crews()
    mission = all_.go(PLACE, AT_S, SKY, kind=UnitKind.ENGINE)
    crew = next(c for c in all_.crews if c.id == mission.unit)
    at_s = AT_S + TURNOUT_S + 5
    here = all_.here(crew, at_s)
    assert all_.home(crew.id, at_s, SKY) is not None
    after = all_.here(crew, at_s + 0.2)
    assert np.hypot(here.x - after.x, here.y - after.y) < 5
    assert all_.where(crew, at_s + 1).state in ("returning", "there")
    assert all_.home(crew.id, at_s + 3600, SKY) is None


def test_another_process_that_reads_the_mission_sees_the_same() -> None:
    one, other = crews(), crews()
    mission = one.go(PLACE, AT_S, SKY, kind=UnitKind.PATROL)
    other.take([mission])
    crew = next(c for c in one.crews if c.id == mission.unit)
    for after in (0.0, 50.0, 80.0, 500.0, 1500.0, 4000.0):
        assert one.where(crew, AT_S + after) == other.where(crew, AT_S + after)


def test_snow_makes_the_way_longer() -> None:
    snow = Climate(seed=5, where=SETTING.scene.origin, fixed=Weather.SNOW).sky(AT)
    clear, slow = (crews().go(PLACE, AT_S, sky, kind=UnitKind.ENGINE).arrives_s for sky in (SKY, snow))
    assert slow - AT_S - TURNOUT_S > 1.3 * (clear - AT_S - TURNOUT_S)


def a_call(**facts: object) -> Call:
    told: dict[str, object] = {
        "number": 1,
        "at": AT,
        "to": To.FIRE,
        "kind": "fire",
        "lon": PLACE.lon,
        "lat": PLACE.lat,
        "accuracy_m": 20.0,
        "text": "불이 났어요",
        "event": "E-1",
    }
    return Call(**(told | facts))


def test_dispatchers_send_crews_once_for_each_room_when_they_have_understood() -> None:
    all_ = crews()
    rooms = Dispatchers(all_, CLIMATE)
    for call in (a_call(), a_call(number=2), a_call(number=3, to=To.POLICE), a_call(number=4, step=Step.MORE)):
        rooms.hear(call)
    assert rooms.order(AT + timedelta(seconds=HANDLING_S - 1)) == []
    sent = rooms.order(AT + timedelta(seconds=HANDLING_S + 1))
    assert sorted(mission.unit[0] for mission in sent) == ["A", "F", "F", "F", "P", "P"]
    assert rooms.order(AT + timedelta(hours=1)) == []


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/go", b'{"lon":127.3,"lat":36.55}', 200, None),
        ("/go", b'{"lon":127.3}', 422, "crews.ask"),
        ("/go", b'{"lon":127.3,"lat":95}', 422, "crews.ask"),
        ("/go", b"nonsense", 422, "crews.ask"),
        ("/go", b'{"lon":127.3,"lat":36.55,"unit":"Z"}', 404, "crews.unknown"),
        ("/go", b'{"lon":127.3,"lat":36.55,"kind":"tank"}', 422, "crews.ask"),
        ("/home", b'{"unit":"P-01"}', 200, None),
        ("/crews", b"{}", 200, None),
        ("/elsewhere", b"{}", 404, "crews.ask"),
    ],
)
def test_the_crews_door_answers_as_the_reference_says(path: str, body: bytes, status: int, code: str | None) -> None:
    noted: list[object] = []
    answered, told = Desk(crews(), CLIMATE, lambda: AT, noted.append).answer(path, body)
    assert answered == status
    if code is not None:
        assert isinstance(told, dict)
        assert told["code"] == code
    assert bool(noted) == (path == "/go" and status == 200)

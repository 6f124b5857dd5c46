"""The seven services that devices watch for: who is told, who is shown what, and who is left in peace."""

from __future__ import annotations

import pytest

from bongsu.city import City
from bongsu.core.asset import Facility, FacilityKind, Ground
from bongsu.core.entry import Entry, Recorded
from bongsu.core.grant import Grant
from bongsu.core.request import Ask, Request
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.linked import SERVICES
from bongsu.services.room_fire import Settings as RoomSettings
from bongsu.services.room_fire import respond as room_fire
from bongsu.settings import CameraSettings
from fakes.city import a_camera, at
from fakes.desk import NOON, FlatCity, a_report

CARE = ("elder_care", "wandering", "childcare", "water_meters", "smart_bins", "structures", "room_fire")


def opened(kind, **fields):
    return hear(Board(), a_report(kind=kind, **fields), FlatCity(), NOON).changes[0]


def answers(service, kind, **fields):
    settings = SERVICES[service].Settings()
    return list(SERVICES[service].respond(opened(kind, **fields), FlatCity(), settings))


def told(service, kind):
    asks = [(one.ask, one.agency) for one in answers(service, kind) if isinstance(one, Request)]
    shown = [one.agency for one in answers(service, kind) if isinstance(one, Grant)]
    return shown, asks


OFFICER, GUARDIAN = (Ask.TELL_OFFICER, "message_centre"), (Ask.TELL_GUARDIAN, "message_centre")


@pytest.mark.parametrize(
    "service, kind, shown, asks",
    [
        ("elder_care", "elder_inactive", [], [OFFICER, GUARDIAN]),
        ("elder_care", "water_no_use", [], [OFFICER, GUARDIAN]),
        ("wandering", "wandering", ["police112"], [(Ask.OFFER_VIDEO, "police112"), OFFICER, GUARDIAN]),
        ("childcare", "child_left_behind", ["fire119"], [(Ask.SHOW_SCENE, "fire119"), OFFICER, GUARDIAN]),
        ("childcare", "child_boarded", [], [GUARDIAN]),
        ("water_meters", "water_leak", [], [OFFICER]),
        ("water_meters", "water_burst", ["waterworks"], [(Ask.OFFER_VIDEO, "waterworks"), OFFICER]),
        ("smart_bins", "bin_full", [], [OFFICER]),
        ("smart_bins", "bin_fire", ["fire119"], [(Ask.SHOW_SCENE, "fire119"), OFFICER]),
        ("structures", "structure_drift", [], [OFFICER]),
        ("structures", "structure_danger", ["disaster_hq"], [(Ask.OFFER_VIDEO, "disaster_hq"), OFFICER]),
        ("room_fire", "room_fire", ["fire119"], [(Ask.SHOW_SCENE, "fire119"), OFFICER]),
    ],
)
def test_who_is_shown_and_who_is_told(service, kind, shown, asks):
    assert told(service, kind) == (shown, asks)


@pytest.mark.parametrize("service", CARE)
def test_people_are_told_once_and_not_again_while_the_case_goes_on(service):
    settings = SERVICES[service].Settings()
    board, found = Board(), []
    for number, step in enumerate(("10", "40", "91")):
        report = a_report(step, key=str(number), kind=settings.kinds[0])
        change = hear(board, report, FlatCity(), NOON).changes[0]
        board.apply(Recorded(seq=number + 1, entry=Entry(changes=(change,))))
        found += [one for one in SERVICES[service].respond(change, FlatCity(), settings) if isinstance(one, Request)]
    people = [one.ask for one in found if one.ask in (Ask.TELL_OFFICER, Ask.TELL_GUARDIAN)]
    assert len(people) == len(set(people)) >= 1


def test_119_is_told_the_nearest_hydrants_first():
    hydrants = [
        Facility(id=f"HY-{n}", kind=FacilityKind.HYDRANT, name="", where=at(metres, 0.0))
        for n, metres in ((1, 300.0), (2, 40.0), (3, 900.0))
    ]
    city = City([a_camera()], Ground(), CameraSettings(), facilities=hydrants)
    scene = next(
        one
        for one in room_fire(opened("room_fire"), city, RoomSettings())
        if isinstance(one, Request) and one.ask is Ask.SHOW_SCENE
    )
    assert [word.split()[0] for word in scene.text.split(", ")] == ["HY-2", "HY-1"]
    assert scene.text.startswith("HY-2 40 m")


def test_a_fire_without_a_place_opens_no_camera_and_the_keeper_is_still_told():
    assert [one.ask for one in answers("room_fire", "room_fire", where=None)] == [Ask.TELL_OFFICER]

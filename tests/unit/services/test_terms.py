"""On which terms each service opens cameras, as it comes."""

from __future__ import annotations

import msgspec
import pytest

from bongsu.core.grant import Basis
from bongsu.core.opening import open_views, tell_end
from bongsu.core.request import Ask
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from bongsu.services import disaster, electronic_monitoring, fire_dispatch
from bongsu.world.disaster_hq.stories import ROOM as DISASTER_HQ
from bongsu.world.fire119.stories import ROOM as FIRE119
from bongsu.world.moj.stories import ROOM as MOJ
from fakes.desk import NOON, FlatCity, a_report

PAIRS = [(fire_dispatch, FIRE119), (disaster, DISASTER_HQ), (electronic_monitoring, MOJ)]
NAMES = ("119", "hq", "moj")


def answers(service, kind: str):
    change = hear(Board(), a_report(kind=kind), FlatCity(), NOON).changes[0]
    return list(service.respond(change, FlatCity(), settings=service.Settings()))


@pytest.mark.parametrize("service,room", PAIRS, ids=NAMES)
def test_every_story_of_a_room_opens_cameras_to_that_room(service, room):
    for story in room.stories:
        grant, ask = answers(service, story.kind)
        assert (grant.agency, ask.agency) == (room.agency, room.agency)
        assert ask.grant == grant


@pytest.mark.parametrize("service,room", PAIRS, ids=NAMES)
def test_no_near_miss_of_any_room_opens_a_camera(service, room):
    assert room.near_misses
    for other in (FIRE119, DISASTER_HQ, MOJ):
        assert [answers(service, story.kind) for story in other.near_misses] == [[]] * len(other.near_misses)


def test_the_tracking_centre_answers_to_the_four_triggers_and_can_be_told_no_fifth():
    four = {"tag_damage", "tag_curfew", "tag_exclusion_zone", "tag_approach"}
    assert set(electronic_monitoring.Settings().kinds) == four == {story.kind for story in MOJ.stories}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"kinds": ["tag_damage", "electronic_tag"]}, electronic_monitoring.Settings)


def test_the_ground_is_the_law_on_tags_for_the_tracking_centre_and_urgent_life_for_the_fire_service():
    assert answers(electronic_monitoring, "tag_damage")[0].basis is Basis.OTHER_LAW
    assert answers(fire_dispatch, "fire")[0].basis is Basis.URGENT_LIFE


def test_the_fire_service_is_shown_the_scene_and_told_of_its_end():
    assert answers(fire_dispatch, "fire")[1].ask is Ask.SHOW_SCENE
    board = Board()
    closed = hear(board, a_report("91", kind="fire"), FlatCity(), NOON).changes[0]
    terms = fire_dispatch.Settings()
    (told,) = tell_end(closed, "fire_dispatch", terms)
    assert (told.ask, told.grant) == (Ask.END_VIDEO, None)
    assert list(open_views(closed, FlatCity(), "fire_dispatch", terms, Ask.SHOW_SCENE)) == []

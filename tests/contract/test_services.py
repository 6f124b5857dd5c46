"""Every linked service keeps the same promises, whoever wrote it."""

from __future__ import annotations

from functools import partial

import msgspec
import pytest

from bongsu.app import SERVICES
from bongsu.core.entry import Entry, Recorded
from bongsu.core.grant import Grant, Right
from bongsu.core.incident import UNKNOWN_KIND
from bongsu.core.request import Request
from bongsu.desk.board import Board
from bongsu.desk.hear import hear
from fakes.desk import NOON, FlatCity, a_report

KIND = "tag_damage"
"""A kind that every service may be told to answer to: the tracking centre's takes no other than its four."""


@pytest.fixture(params=sorted(SERVICES))
def respond(request):
    service = SERVICES[request.param]
    return partial(service.respond, settings=msgspec.convert({"kinds": [KIND]}, service.Settings))


def changes(kind=KIND, **fields):
    """A case from its beginning, moved once, to its end."""
    board, found = Board(), []
    for number, (step, place) in enumerate([("10", 0.0), ("40", 0.01), ("91", 0.01)]):
        where = fields.get("where", a_report().where)
        moved = msgspec.structs.replace(where, lon=where.lon + place) if where else None
        change = hear(board, a_report(step, key=str(number), kind=kind, where=moved), FlatCity(), NOON).changes[0]
        board.apply(Recorded(seq=number + 1, entry=Entry(changes=(change,))))
        found.append(change)
    return found


def test_the_same_change_has_the_same_answer(respond):
    for change in changes():
        assert list(respond(change, FlatCity())) == list(respond(change, FlatCity()))


def test_request_keys_are_unique_over_the_whole_case(respond):
    keys = [item.key for change in changes() for item in respond(change, FlatCity()) if isinstance(item, Request)]
    assert keys
    assert len(keys) == len(set(keys))


def test_after_the_close_there_is_no_new_access(respond):
    *_, closed = changes()
    answers = list(respond(closed, FlatCity()))
    assert not [item for item in answers if isinstance(item, Grant)]
    assert all(item.grant is None for item in answers if isinstance(item, Request))


def test_a_grant_says_who_why_until_when_and_no_more_than_to_view_and_replay(respond):
    opened, moved, _ = changes()
    for change in (opened, moved):
        (grant,) = [item for item in respond(change, FlatCity()) if isinstance(item, Grant)]
        assert grant.agency
        assert grant.basis
        assert grant.floor < change.at < grant.until
        assert grant.rights == (Right.VIEW, Right.REPLAY)
        assert grant.status is change.incident.status


@pytest.mark.parametrize("kind", [UNKNOWN_KIND, "lost_property", "electronic_tag", "fire_service_call"])
def test_a_near_miss_stays_silent(respond, kind):
    assert [item for change in changes(kind=kind) for item in respond(change, FlatCity())] == []


def test_a_case_without_a_place_opens_no_camera(respond):
    opened, *_ = changes(where=None)
    assert not [item for item in respond(opened, FlatCity()) if isinstance(item, Grant)]

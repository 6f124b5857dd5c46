"""A letter to guardians leaves only while a consent stands, and says where only if that was consented to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bongsu.core.command import Revise
from bongsu.core.consent import Consent, subject_of
from bongsu.core.entry import Entry, Recorded
from bongsu.core.errors import Invalid
from bongsu.core.request import Ask, ask_of
from bongsu.core.revision import KindTerms, RecordKind
from bongsu.desk.board import Board
from bongsu.desk.consents import allow
from bongsu.desk.hear import hear
from bongsu.desk.records import Checks, revise
from fakes.desk import NOON, FlatCity, a_report

CHECKS = Checks(services=frozenset({"elder_care"}))


def a_board(**records):
    board = Board()
    for id, body in records.items():
        kind = RecordKind.KIND if isinstance(body, KindTerms) else RecordKind.CONSENT
        write(board, kind, id.replace("_of", "-"), body)
    return board


def write(board, kind, id, body, version=0):
    order = Revise(kind=kind, id=id, body=body, version=version, by="lee", note="동의서 접수")
    decision = revise(board, order, CHECKS, NOON)
    board.apply(Recorded(seq=board.seq + 1, entry=Entry(changes=(), revisions=decision.revisions)))


def a_letter(ask=Ask.TELL_GUARDIAN, service="elder_care", occurrence="quiet:H-1:1790000000000"):
    report = a_report(kind="elder_inactive", occurrence=occurrence)
    incident = hear(Board(), report, FlatCity(), NOON).changes[0].incident
    return ask_of("message_centre", service, ask, incident, None, at=NOON, for_s=60.0)


def with_consent(**fields):
    board = Board()
    write(board, RecordKind.CONSENT, "H-1", Consent(services=("elder_care",), **fields))
    return board


def test_without_a_consent_no_guardian_is_told():
    assert allow(Board(), a_letter(), NOON) is None


def test_with_one_he_is_told_but_not_where():
    allowed = allow(with_consent(), a_letter(), NOON)
    assert allowed is not None
    assert (allowed.incident.where, allowed.incident.address) == (None, "")
    assert allowed.key == a_letter().key


def test_where_it_is_only_goes_out_with_a_consent_to_that():
    allowed = allow(with_consent(place=True), a_letter(), NOON)
    assert allowed == a_letter()


@pytest.mark.parametrize(
    "letter, later_s",
    [
        (a_letter(service="wandering"), 0),
        (a_letter(occurrence="quiet:H-2:1790000000000"), 0),
        (a_letter(occurrence="O1"), 0),
        (a_letter(), 3600),
    ],
    ids=["another service", "another home", "nobody's home", "too late"],
)
def test_a_consent_covers_its_own_subject_service_and_time_alone(letter, later_s):
    board = with_consent(until=NOON + timedelta(seconds=1800))
    assert allow(board, letter, NOON + timedelta(seconds=later_s)) is None


def test_withdrawing_a_consent_stops_what_is_waiting():
    board = with_consent()
    write(board, RecordKind.CONSENT, "H-1", None, version=1)
    assert allow(board, a_letter(), NOON) is None


def test_who_is_in_charge_is_told_whatever_was_consented_to():
    assert allow(Board(), a_letter(ask=Ask.TELL_OFFICER), NOON) == a_letter(ask=Ask.TELL_OFFICER)


@pytest.mark.parametrize("services", [(), ("elder_car",)])
def test_a_consent_to_nothing_or_to_a_service_nobody_knows_is_refused(services):
    with pytest.raises(Invalid):
        write(Board(), RecordKind.CONSENT, "H-1", Consent(services=services))


@pytest.mark.parametrize(
    "occurrence, subject",
    [("quiet:H-1:179", "H-1"), ("quiet:urn:home:1:179", "urn:home:1"), ("O1", ""), ("a:b", ""), ("a:b:c", "")],
)
def test_the_subject_is_what_the_detection_names(occurrence, subject):
    incident = hear(Board(), a_report(occurrence=occurrence), FlatCity(), NOON).changes[0].incident
    assert subject_of(incident) == subject


def two_neighbours(kind_terms):
    board = Board()
    write(board, RecordKind.KIND, "elder_inactive", kind_terms)
    for home in ("H-1", "H-2"):
        report = a_report(key=home, kind="elder_inactive", occurrence=f"quiet:{home}:1790000000000")
        changes = hear(board, report, FlatCity(), NOON).changes
        board.apply(Recorded(seq=board.seq + 1, entry=Entry(changes=changes)))
    return board


def test_two_neighbours_in_need_are_two_cases():
    quiet = KindTerms(name="활동 없음", per_day=2.0, apart=True)
    assert len(two_neighbours(quiet).list_open()) == 2
    assert len(two_neighbours(KindTerms(name="화재", per_day=0.1)).list_open()) == 1, "the test shows nothing"


def test_a_notice_is_told_and_closed_at_once():
    board = two_neighbours(KindTerms(name="승차", notice=True))
    assert not board.list_open()
    assert {one.version for one in board.incidents.values()} == {2}

"""What a request says on the SCSNS wire, and what each answer means for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from bongsu.core.incident import Joined, State
from bongsu.core.report import Status, Step
from bongsu.core.request import Ask
from bongsu.gateways.scsns.client import receipt_of
from bongsu.gateways.scsns.message import event_of
from bongsu.wires.scsns.codes import builtin_codes, kinds
from bongsu.wires.scsns.event import digest
from bongsu.wires.scsns.results import Answer
from fakes.scsns_asks import a_grant, a_request, an_incident

KINDS = kinds(builtin_codes())


def said(request, address_of=None, to="NPA112"):
    return event_of(request, to, "https://bongsu.example/", KINDS, address_of)


def items(event):
    return {item.key: item.val for item in event.items}


def test_an_offer_names_the_partners_case_the_grant_where_to_watch_and_the_best_cameras_first():
    event = said(a_request(Ask.OFFER_VIDEO))
    assert (event.event_id, event.occurrence, event.step) == ("NPAUC102", "20261122120000123", Step.CHANGED)
    assert items(event) == {
        "request": "I-1.1.police_video.offer_video.police112",
        "ask": "offer_video",
        "incident": "I-1",
        "version": "1",
        "status": "Exercise",
        "grant": "I-1.police_video.police112",
        "until": "2026-11-22T03:30:00.000+00:00",
        "url": "https://bongsu.example/?incident=I-1",
        "cameras": "C2,C1%2Cb",
    }


def test_a_scene_brings_address_road_still_and_place():
    event = said(a_request(Ask.SHOW_SCENE), lambda where: "달빛동 시장길 부근")
    assert items(event)["still"] == "https://bongsu.example/?incident=I-1&camera=C2&form=still"
    assert (items(event)["address"], items(event)["near"]) == ("시장길 3", "달빛동 시장길 부근")
    assert (event.lon, event.lat, event.place, event.content) == (127.1, 37.51, "시장길 3", "칼을 든 남자")


def test_a_notice_says_its_own_words_at_the_case_s_place_and_opens_no_camera():
    request = replace(a_request(Ask.NOTIFY, grant=None), text="[기한 초과] 현장을 확인한다")
    event = said(request)
    assert (event.step, event.content, event.detail) == (Step.CHANGED, "[기한 초과] 현장을 확인한다", "notify")
    assert (event.event_id, event.occurrence, event.place) == ("NPAUC102", "20261122120000123", "시장길 3")
    assert items(event) == {
        "request": "I-1.1.police_video.notify.police112",
        "ask": "notify",
        "incident": "I-1",
        "version": "1",
        "status": "Exercise",
    }


@pytest.mark.parametrize(("state", "step"), [(State.CLOSED, Step.ENDED), (State.CANCELLED, Step.CANCELLED)])
def test_the_end_of_a_right_is_told_as_91_or_90_and_names_no_camera(state, step):
    request = replace(a_request(Ask.END_VIDEO, grant=None), incident=an_incident(state=state))
    event = said(request)
    assert event.step is step
    assert event.ended_at is not None
    assert not {"grant", "cameras", "url"} & set(items(event))


def test_a_scene_without_cameras_has_no_still():
    event = said(a_request(Ask.SHOW_SCENE, grant=replace(a_grant(), views=())))
    assert items(event)["cameras"] == ""
    assert "still" not in items(event)


@pytest.mark.parametrize("status", Status)
def test_a_drill_says_so_in_every_message(status):
    assert items(said(replace(a_request(Ask.OFFER_VIDEO), incident=an_incident(status=status))))["status"] == status


def test_an_incident_that_came_another_way_gets_the_code_of_its_kind_and_its_time_as_number():
    request = replace(a_request(Ask.OFFER_VIDEO), incident=an_incident(occurrence="42", event_code="robbery"))
    assert (said(request).event_id, said(request).occurrence) == ("NPAUC102", "20261122120000250")
    unknown = replace(a_request(Ask.OFFER_VIDEO), incident=an_incident(occurrence="42", event_code="", kind="dragon"))
    assert said(unknown).event_id == "UNKNOWN"


def test_whoever_told_second_hears_of_it_under_their_own_number_and_in_their_own_words():
    fire = Joined(
        sender="NFA119", occurrence="NFA119/NFAUC1/119-7", event_code="NFAUC1", text="연기가 난다", kind="fire"
    )
    request = replace(a_request(Ask.OFFER_VIDEO), incident=an_incident(also=(fire,)))
    event = said(request, to="NFA119")
    assert (event.event_id, event.occurrence, event.content) == ("NFAUC1", "119-7", "연기가 난다")
    first = said(request)
    assert (first.event_id, first.occurrence, first.content) == ("NPAUC102", "20261122120000123", "칼을 든 남자")
    assert "cases" not in items(event) | items(first)


def test_whoever_told_twice_hears_all_their_numbers_and_is_answered_under_one_that_goes_on():
    again = Joined(sender="NPA112", occurrence="NPA112/NPAUC102/2", event_code="NPAUC102", text="또 다른 신고")
    incident = an_incident(also=(again,))
    over = replace(incident, own=replace(incident.cases[0], ended=True))
    assert said(replace(a_request(Ask.OFFER_VIDEO), incident=incident)).occurrence == "20261122120000123"
    event = said(replace(a_request(Ask.OFFER_VIDEO), incident=over))
    assert (event.occurrence, event.content) == ("2", "또 다른 신고")
    assert items(event)["cases"] == "NPAUC102/20261122120000123,NPAUC102/2"


def test_who_never_told_of_it_gets_the_first_senders_number_and_words():
    event = said(a_request(Ask.SHOW_SCENE), to="NFA119")
    assert (event.event_id, event.occurrence, event.content) == ("NPAUC102", "20261122120000123", "칼을 든 남자")


def test_every_try_says_the_same():
    assert digest(said(a_request(Ask.SHOW_SCENE))) == digest(said(a_request(Ask.SHOW_SCENE)))


@pytest.mark.parametrize(
    ("http", "answer", "delivered", "final"),
    [
        (200, {"result": "0"}, True, False),
        (200, {"result": "0", "type": "2000"}, True, False),
        (400, {"result": "1", "type": "4100"}, True, False),
        (500, {"result": "0"}, False, False),
        (400, {"result": "1", "type": "4000"}, False, True),
        (400, {"result": "1", "type": "4101"}, False, True),
        (400, {"result": "1", "type": "4102"}, False, True),
        (406, {"result": "1", "type": "4006"}, False, True),
        (415, {"result": "1", "type": "4015"}, False, True),
        (401, {"result": "1", "type": "4001"}, False, False),
        (429, {"result": "1", "type": "4209"}, False, False),
        (500, {"result": "1", "type": "5000"}, False, False),
        (503, {"result": "1", "type": "5003"}, False, False),
        (404, {"result": "1", "type": "5100"}, False, False),
        (400, {"result": "1"}, False, True),
        (404, {"result": "1"}, False, False),
        (502, {"result": "1"}, False, False),
        (200, {"result": "1"}, False, False),
    ],
)
def test_each_answer_says_whether_another_try_makes_sense(http, answer, delivered, final):
    receipt = receipt_of("k", http, Answer(**answer))
    assert (receipt.key, receipt.delivered, receipt.final) == ("k", delivered, final)
    assert delivered or receipt.detail.startswith("partner.refused")

"""The partners' own reading of SCSNS."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.world.partner import wire
from fakes.partner import NOON, PARTY, a_message, an_event


def test_an_envelope_has_fourteen_header_fields_and_a_body():
    message = a_message()
    assert len(message) - 1 == 15  # 14 counted by hdCnt, and callBack, as the published bridge sends it
    assert message["hdCnt"] == "14"
    assert message["reqDate"] == "20261122120000"
    assert message["tranSysHis"] == [{"tranSysHis": "POLICE112_112"}]


def test_an_event_tells_its_place_lon_first():
    body = wire.event_body(an_event(), PARTY)
    assert body["ocrLc"]["crdntX"] == "127.1000000"
    assert body["ocrLc"]["crdntY"] == "37.5000000"


def test_an_ended_event_tells_when_it_ended_and_an_open_one_does_not():
    assert wire.event_body(an_event(step=wire.ENDED), PARTY)["ocrEvtEndTime"] == "20261122120000"
    assert wire.event_body(an_event(), PARTY)["ocrEvtEndTime"] == ""


def test_a_form_carries_body_with_a_capital_and_nested_fields_as_json():
    fields = parse_qs(wire.as_form(a_message()).decode())
    assert json.loads(fields["Body"][0])["evtId"] == "NPAUC102"
    assert json.loads(fields["apSeq"][0]) == {"apCurrent": "1", "apTotal": "1"}


def test_json_and_form_say_the_same():
    message = a_message()
    as_json = wire.read_message(json.dumps(message).encode(), "application/json")
    as_form = wire.read_message(wire.as_form(message), "application/x-www-form-urlencoded; charset=utf-8")
    assert as_json["body"] == as_form["body"] == message["body"]


def test_a_retry_is_the_same_event_and_news_is_another():
    first, retry = a_message(turn="a"), a_message(turn="b", now=NOON + timedelta(seconds=5))
    assert wire.event_key(first) == wire.event_key(retry)
    assert wire.event_key(first) != wire.event_key(a_message(an_event(step=wire.ENDED)))
    assert wire.event_key(first) != wire.event_key(a_message(an_event(text="다른 말")))


def test_only_a_reply_of_result_nought_counts_as_taken():
    assert wire.read_answer(200, b'{"result":"0","type":"2000","message":"I-1"}').is_taken
    assert not wire.read_answer(200, b'{"result":"1","type":"4000"}').is_taken
    assert not wire.read_answer(500, b'{"result":"0"}').is_taken
    assert not wire.read_answer(200, b"<html>").is_taken


@given(st.binary(max_size=200), st.sampled_from(["application/json", "application/x-www-form-urlencoded"]))
def test_whatever_comes_in_is_read_or_refused_with_value_error(raw: bytes, kind: str):
    with contextlib.suppress(ValueError):
        assert isinstance(wire.read_message(raw, kind), dict)


@given(st.text(min_size=1, max_size=40), st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4))
def test_any_text_and_items_survive_the_form(text: str, items: dict[str, str]):
    event = an_event(text=text.encode("utf-8", "ignore").decode(), items=tuple(items.items()))
    try:
        raw = wire.as_form(a_message(event))
    except UnicodeEncodeError:
        return
    body = wire.read_message(raw, "application/x-www-form-urlencoded")["body"]
    assert body["ocrEvtCn"] == event.text
    assert wire.items_of(body) == items


def test_items_that_are_no_pairs_are_left_out():
    assert wire.items_of({"ocrEvtItem": [{"key": "a", "val": "1"}, "b", None]}) == {"a": "1"}
    assert wire.items_of({"ocrEvtItem": "none"}) == {}


def test_headers_name_both_sides_and_hide_no_session_when_asking_for_one():
    told = wire.headers(PARTY, "AUTH", "")
    assert (told["X-Scsns-sendCd"], told["X-Scsns-rcvCd"], told["X-Scsns-Secret"]) == ("POLICE112", "BONGSU", "")


@pytest.mark.parametrize("turn", [1, 999, 1000, 123456])
def test_an_occurrence_number_has_seventeen_digits(turn: int):
    number = wire.occurrence_number(NOON, turn)
    assert len(number) == 17
    assert number.isdigit()

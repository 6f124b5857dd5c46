"""The police's own listener: sign-on, events, and nothing acted on twice, ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bongsu.world.partner import wire
from bongsu.world.partner.listener import Listener
from bongsu.world.partner.log import Log, read
from fakes.partner import PARTY, a_clock, a_message, an_answer, an_event

EVENT = "/linkHttp/recvEvent.json"
AUTH = "/api/getAuth.json"
KEY = "the-key-the-city-shows-us"
JSON = {"content-type": "application/json"}


@pytest.fixture
def log(tmp_path: Path):
    kept = Log(tmp_path / "police.jsonl")
    yield kept
    kept.close()


@pytest.fixture
def listener(log: Log) -> Listener:
    return Listener(log, key=KEY, now=a_clock())


def sign_on(listener: Listener, key: str = KEY) -> tuple[int, dict[str, str]]:
    message = wire.envelope(PARTY, "AUTH", {"apiKey": key}, now=a_clock()(), turn="t")
    return listener.answer(AUTH, JSON, json.dumps(message).encode())


def with_session(listener: Listener) -> dict[str, str]:
    return {**JSON, "x-scsns-secret": sign_on(listener)[1]["message"]}


def test_a_wrong_key_gets_no_session(listener: Listener):
    status, answer = sign_on(listener, "another-key")
    assert (status, answer["result"], answer["type"]) == (401, "1", "4001")


def test_an_event_without_a_session_is_refused_and_not_kept(listener: Listener, log: Log):
    status, answer = listener.answer(EVENT, {**JSON, "x-scsns-secret": "guess"}, an_answer(GRANT_ID="g"))
    assert (status, answer["type"]) == (401, "4001")
    assert log.heard == []


def test_an_event_is_kept_with_its_items(listener: Listener, log: Log):
    status, answer = listener.answer(EVENT, with_session(listener), an_answer(GRANT_ID="g-1"))
    assert (status, answer["result"]) == (200, "0")
    assert log.heard[0].items == {"GRANT_ID": "g-1"}


def test_a_form_is_taken_like_json(listener: Listener, log: Log):
    told = {**with_session(listener), "content-type": "application/x-www-form-urlencoded"}
    assert listener.answer(EVENT, told, wire.as_form(a_message()))[0] == 200
    assert log.heard[0].code == "NPAUC102"


def test_the_same_event_again_is_answered_alike_counted_and_not_acted_on(log: Log):
    acted: list[str] = []
    listener = Listener(log, key=KEY, now=a_clock(), on_heard=lambda heard: acted.append(heard.key))
    told = with_session(listener)
    first = listener.answer(EVENT, told, json.dumps(a_message(turn="a")).encode())
    again = listener.answer(EVENT, told, json.dumps(a_message(turn="b")).encode())
    assert first == again
    assert [heard.again for heard in log.heard] == [False, True]
    assert len(acted) == 1


def test_a_restart_forgets_no_event(tmp_path: Path):
    path = tmp_path / "police.jsonl"
    before = Log(path)
    before.write(a_message(), a_clock()())
    before.close()
    with path.open("ab") as torn:
        torn.write(b'{"half a li')
    after = Log(path)
    assert after.write(a_message(turn="later"), a_clock()()).again
    after.close()
    assert [heard.again for heard in read(path)] == [False, True]


def test_unreadable_bytes_are_a_bad_request(listener: Listener):
    assert listener.answer(EVENT, JSON, b"{")[0] == 400
    assert listener.answer("/elsewhere", JSON, b"{}")[0] == 404


def test_a_message_without_a_body_is_refused(listener: Listener):
    message = {**a_message(an_event()), "body": None}
    status, answer = listener.answer(EVENT, with_session(listener), json.dumps(message).encode())
    assert (status, answer["type"]) == (400, "4101")

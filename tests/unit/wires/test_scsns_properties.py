"""What we build we can read; what nobody meant to send never does more than raise Invalid."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.clock import KST
from bongsu.core.errors import Invalid
from bongsu.core.report import Step
from bongsu.wires.scsns.envelope import FORM, JSON, Envelope, build_envelope, read_envelope
from bongsu.wires.scsns.event import Event, Item, build_event, digest, message_key, name_case, read_event, split_case
from bongsu.wires.scsns.results import Result, build_answer, read_answer
from fakes.scsns import a_body, a_message, as_form, as_json

printable = st.characters(codec="utf-8", categories=("L", "N", "P", "S"))
names = st.text(printable, min_size=1, max_size=64)
texts = st.text(printable, max_size=20)
EARLIEST = datetime(1971, 1, 1)  # noqa: DTZ001 - hypothesis wants naive bounds
LATEST = datetime(2199, 1, 1)  # noqa: DTZ001 - hypothesis wants naive bounds
times = st.datetimes(EARLIEST, LATEST).map(lambda t: t.replace(microsecond=0, tzinfo=KST))
maybe = st.none()
degrees = st.floats(-180, 180, allow_nan=False)

events = st.builds(
    Event,
    event_id=names,
    occurrence=names,
    step=st.sampled_from(Step),
    name=texts,
    grade=st.sampled_from(["10", "20"]),
    lon=maybe | degrees,
    lat=maybe | degrees,
    height=st.just(0.0) | st.floats(0.1, 2000),
    place=texts,
    content=texts,
    occurred_at=maybe | times,
    step_text=st.text(printable, min_size=1, max_size=9),
    user_id=names,
    user_name=texts,
    stated_at=maybe | times,
    ended_at=maybe | times,
    items=st.lists(st.builds(Item, texts, texts), max_size=5).map(tuple),
    detail=texts,
    detail_text=texts,
)
envelopes = st.builds(
    Envelope,
    service=st.sampled_from(["EVENT", "PREEVT"]),
    sender=texts,
    receiver=texts,
    system=texts,
    session=texts,
    requested_at=times,
    route=st.lists(names.filter(lambda text: text[0] not in "{["), max_size=4).map(tuple),
)

leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
anything = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner))
fields_of_event = st.sampled_from(sorted(build_event(Event(event_id="a", occurrence="b", step=Step.OCCURRED))))
fields_of_envelope = st.sampled_from(sorted(build_envelope(Envelope())))


@settings(max_examples=40)
@given(events, envelopes, st.sampled_from([as_json, as_form]))
def test_what_is_built_reads_back_the_same_in_both_encodings(event, envelope, encode):
    full = msgspec.structs.replace(envelope, body=build_event(event))
    read = read_envelope(*encode(build_envelope(full)))
    assert read_event(read.body) == event
    assert msgspec.structs.replace(read, body=None) == msgspec.structs.replace(envelope, body=None)


@settings(max_examples=25)
@given(events, st.randoms())
def test_the_key_does_not_hang_on_the_order_of_items(event, chance):
    shuffled = list(event.items)
    chance.shuffle(shuffled)
    assert digest(msgspec.structs.replace(event, items=tuple(shuffled))) == digest(event)
    assert message_key("A", event).startswith(name_case("A", event))


@settings(max_examples=25)
@given(names, events)
def test_a_case_name_is_taken_apart_into_what_it_was_made_of(sender, event):
    assert split_case(name_case(sender, event)) == (sender, event.event_id, event.occurrence)


@given(st.binary(max_size=200), st.sampled_from([JSON, FORM, f"{JSON}; charset=euc-kr", "text/plain", ""]))
def test_random_bytes_never_do_more_than_raise_invalid(raw, content_type):
    survive(raw, content_type)


@settings(max_examples=60)
@given(fields_of_envelope | st.sampled_from(["Body"]), anything)
def test_any_value_in_any_field_of_an_envelope_never_does_more_than_raise_invalid(field, value):
    survive(*as_json(a_message(**{field: value})))


@settings(max_examples=100)
@given(fields_of_event, anything)
def test_any_value_in_any_field_of_an_event_never_does_more_than_raise_invalid(field, value):
    survive(*as_json(a_message(a_body(**{field: value}))))


def survive(raw: bytes, content_type: str) -> None:
    read: list[Event] = []
    problem = problem_of(lambda: read.append(read_event(read_envelope(raw, content_type).body)))
    if problem is not None:
        assert problem.code.startswith("scsns.")
        assert Result(str(problem.facts["result"])).value.startswith("4")
        return
    assert digest(read[0])
    assert read_event(build_event(read[0])).step is read[0].step


def problem_of(work: Callable[[], object]) -> Invalid | None:
    try:
        work()
    except Invalid as problem:
        return problem
    return None


@given(st.sampled_from(Result), st.text(max_size=30))
def test_an_answer_reads_back_what_was_built(result, message):
    answer = read_answer(build_answer(result, message))
    assert (answer.type, answer.message, answer.is_success) == (result.value, message, result.value.startswith("2"))


@given(st.binary(max_size=60))
def test_a_random_answer_never_does_more_than_raise_invalid(raw):
    problem = problem_of(lambda: read_answer(raw))
    assert problem is None or problem.code == "scsns.answer"

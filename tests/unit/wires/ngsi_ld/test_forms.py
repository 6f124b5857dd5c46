"""What is told comes back as it was, in any form and any context; what is not sound is refused and never breaks us."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.errors import BongsuError, Invalid, TooMuch, Unavailable
from bongsu.wires.ngsi_ld.context import CORE_CONTEXT, context_of
from bongsu.wires.ngsi_ld.entity import Entity
from bongsu.wires.ngsi_ld.judge import meets
from bongsu.wires.ngsi_ld.parse import parse_entity
from bongsu.wires.ngsi_ld.pattern import literal_start, matches
from bongsu.wires.ngsi_ld.query import parse_query
from bongsu.wires.ngsi_ld.show import Form, Shown, show

CITY = context_of({"ex": "https://city.example/", "Lamp": "ex:Lamp", "@vocab": "https://v.example/"}, {}.__getitem__)
WITH_EXAMPLES = {"https://schema.lab.fiware.org/ld/context": {"@context": {}}}.__getitem__

names = st.from_regex(r"\A[a-zA-Z][a-zA-Z0-9_]{0,9}\Z").filter(
    lambda name: name not in {"id", "type", "scope", "createdAt", "modifiedAt", "deletedAt", "location"}
)
plain = st.recursive(
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=6,
)
properties = st.builds(
    lambda value: {"type": "Property", "value": value}, plain.filter(lambda v: v != "urn:ngsi-ld:null")
)
entities = st.builds(
    lambda attributes, kind: {"id": "urn:ngsi-ld:T:1", "type": kind, **attributes},
    st.dictionaries(names, properties, max_size=4),
    names,
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["id", "type", "value", "object", "a", "location", "coordinates", "datasetId", "observedAt"]
            )
            | st.text(max_size=4),
            inside,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@given(entities, st.sampled_from([CORE_CONTEXT, CITY]))
def test_an_entity_comes_back_as_it_was_told(told, context):
    assert show(parse_entity(told, context, 1), context, Shown()) == told


@given(entities)
def test_the_concise_form_means_the_same(told):
    entity = parse_entity(told, CORE_CONTEXT, 1)
    assert parse_entity(show(entity, CORE_CONTEXT, Shown(form=Form.CONCISE)), CORE_CONTEXT, 1) == entity


@given(anything)
def test_nothing_that_is_told_breaks_the_reader(told):
    with suppress(Invalid, TooMuch):
        parse_entity(told, CORE_CONTEXT, 1)


@given(st.text(alphabet='ab.[]()==!<>~;|,"0 :T-', max_size=30) | st.text(max_size=20))
def test_a_query_is_understood_or_refused_and_then_answered(text):
    try:
        node = parse_query(text, CORE_CONTEXT)
    except BongsuError:
        return
    assert meets(Entity(id="urn:a:b", types=("x",)), node) in (True, False)


@given(st.dictionaries(names, st.from_regex(r"\Ahttps://[a-z]{1,5}\.example/[a-z]{0,4}[/#]?\Z"), max_size=4), names)
def test_what_a_context_shortens_it_brings_back(terms, name):
    context = context_of(terms, {}.__getitem__)
    iri = context.expand(name)
    assert context.expand(context.compact(iri)) == iri
    for other in (*terms.values(), "https://a.example/b/c", "urn:x:y"):
        assert context.expand(context.compact(other)) == other


@given(st.text(alphabet="ab:1/", max_size=6), st.text(alphabet="ab:1/", max_size=8))
def test_a_pattern_that_matches_begins_as_it_says(start, text):
    pattern = f"{start}.*"
    assert matches(pattern, text) == text.startswith(start)
    assert literal_start(pattern) == start


def test_a_context_that_goes_round_in_circles_ends():
    documents = {"https://a.example/": {"@context": ["https://a.example/"]}}
    with pytest.raises(TooMuch):
        context_of("https://a.example/", documents.__getitem__)
    with pytest.raises(Unavailable):
        context_of("https://b.example/", documents.__getitem__)


def test_the_published_examples_are_understood_and_come_back(shared):
    read = 0
    for path in sorted((shared / "ngsi-ld").glob("*.jsonld")):
        told = json.loads(path.read_text("utf-8"))
        if any(
            isinstance(one, dict) and one.get("type") == "Relationship" and "object" not in one for one in told.values()
        ):
            continue
        context = context_of(told.pop("@context"), WITH_EXAMPLES)
        try:
            entity = parse_entity(told, context, 1)
        except Invalid as problem:
            raise AssertionError(f"{path.name}: {problem}") from problem
        back = show(entity, context, Shown())
        assert {name: value for name, value in told.items() if name not in ("createdAt", "modifiedAt")} == back, (
            path.name
        )
        read += 1
    assert read >= 20

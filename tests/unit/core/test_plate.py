"""Number plates: many ways of typing, one of writing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.errors import Invalid
from bongsu.core.plate import COMMERCIAL, HIRED, PRIVATE, REGIONS, plate_of

FOUR = st.from_regex(r"[0-9]{4}", fullmatch=True)
SPACES = st.sampled_from(["", " ", "\t", "\u3000"])
OLD = st.tuples(st.sampled_from(REGIONS), st.integers(1, 99).map(str), st.sampled_from(PRIVATE + COMMERCIAL), FOUR)
TWO = st.tuples(st.from_regex(r"[0-9]{2}", fullmatch=True), st.sampled_from(PRIVATE + HIRED), FOUR)
THREE = st.tuples(st.integers(100, 999).map(str), st.sampled_from(PRIVATE + HIRED), FOUR)


@given(OLD | TWO | THREE, SPACES)
def test_a_plate_typed_with_spaces_anywhere_is_written_without(parts: tuple[str, ...], space: str) -> None:
    assert plate_of(space + space.join(parts) + space) == "".join(parts)


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_plate_or_refused_by_name(text: str) -> None:
    said = _said(text)
    assert said in {"plate.malformed", "plate.diplomatic", "plate.machine"} or plate_of(said) == said


def _said(text: str) -> str:
    try:
        return plate_of(text)
    except Invalid as problem:
        return problem.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("외교 001-002", "plate.diplomatic"),
        ("준외123456", "plate.diplomatic"),
        ("012가3456", "plate.machine"),
        ("서울 02 가 3456", "plate.machine"),
        ("12가345", "plate.malformed"),
        ("12가34567", "plate.malformed"),
        ("12각3456", "plate.malformed"),
        ("평양12가3456", "plate.malformed"),
        ("12가3456" + " " * 60 + "7", "plate.malformed"),
        ("", "plate.malformed"),
    ],
)
def test_what_no_register_of_cars_knows_is_refused_by_name(text: str, code: str) -> None:
    with pytest.raises(Invalid) as problem:
        plate_of(text)
    assert problem.value.code == code

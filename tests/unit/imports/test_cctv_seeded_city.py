"""A second city with seeded faults: nearly all are caught and no good row is lost, whatever the seed."""

import csv
import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bongsu.core.errors import Invalid
from bongsu.core.quality import Quality
from bongsu.imports.cctv_standard import read_bytes
from fakes.register import FAULTS, HEADER, Register, a_city_of, a_row, line_of


def said_of(quality: Quality, register: Register) -> list[str]:
    said = ["good"] * len(register.truth)
    for repair in quality.repairs:
        said[repair.row - 1] = "swapped"
    for row in quality.quarantined:
        said[row.row - 1] = row.reason
    return said


def outcome(data: bytes) -> str:
    try:
        cameras, quality = read_bytes(data)
    except Invalid as problem:
        return problem.code
    return "adds up" if quality.rows == len(cameras) + len(quality.quarantined) else "does not add up"


@pytest.mark.parametrize("oldtown", [False, True])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_seeded_faults_are_caught_and_no_good_row_is_lost(seed: int, oldtown: bool) -> None:
    register = a_city_of(seed, rows=1200, oldtown=oldtown)
    _, quality = read_bytes(register.data())
    assert quality.rows == len(register.truth)
    pairs = Counter(zip(register.truth, said_of(quality, register), strict=True))
    lost = {pair: count for pair, count in pairs.items() if pair[0] == "good" and pair[1] != "good"}
    faults = sum(count for (true, _), count in pairs.items() if true != "good")
    caught = sum(count for (true, said), count in pairs.items() if true != "good" and said != "good")
    assert lost == {}
    assert caught >= 0.99 * faults, pairs


@pytest.mark.parametrize("fault", FAULTS)
def test_each_kind_of_fault_is_named_by_its_reason(fault: str) -> None:
    clean = a_city_of(11, rows=300, fault_share=0.0)
    truth, spoil = FAULTS[fault]
    row = next(at for at, line in enumerate(clean.lines) if "마람동" in line)
    clean.lines[row] = spoil(next(csv.reader([clean.lines[row]])), random.Random(1))
    clean.truth[row] = truth
    _, quality = read_bytes(clean.data())
    assert said_of(quality, clean)[row] == truth


@settings(max_examples=6, deadline=None)
@given(seed=st.integers(100, 10**6), share=st.floats(0.0, 0.08), rows=st.integers(150, 300), oldtown=st.booleans())
def test_counts_always_add_up_and_no_good_row_is_lost(seed: int, share: float, rows: int, oldtown: bool) -> None:
    register = a_city_of(seed, rows=rows, fault_share=share, oldtown=oldtown)
    cameras, quality = read_bytes(register.data())
    assert quality.rows == len(register.truth) == quality.imported + len(quality.quarantined)
    assert quality.imported == len(cameras) == len({camera.id for camera in cameras})
    said = said_of(quality, register)
    assert [at for at, true in enumerate(register.truth) if true == "good" and said[at] != "good"] == []


@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=400))
def test_random_bytes_give_a_report_or_one_clear_refusal(data: bytes) -> None:
    assert outcome(data) in ("adds up", "table.empty", "table.not_csv", "table.not_text", "table.no_coordinates")


@settings(max_examples=25, deadline=None)
@given(data=st.binary(max_size=300), at=st.integers(0, 3))
def test_garbage_between_good_rows_never_breaks_the_count(data: bytes, at: int) -> None:
    lines = [line_of(a_row(number, 36.3 + number / 1000, 127.4)).encode("cp949") for number in range(40)]
    lines.insert(at * 10, data)
    whole = line_of(HEADER).encode("cp949") + b"\n" + b"\n".join(lines)
    assert outcome(whole) in ("adds up", "table.not_csv", "table.not_text")


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000), with_ids=st.booleans())
def test_importing_again_gives_the_same_cameras_even_in_another_order(seed: int, with_ids: bool) -> None:
    register = a_city_of(seed, rows=120)
    if not with_ids:
        register.lines = [re.sub(r"2026499\d{6}", "", line) for line in register.lines]
    once, _ = read_bytes(register.data())
    again, _ = read_bytes(register.data())
    turned = Register(register.lines[::-1], register.truth[::-1])
    backwards, _ = read_bytes(turned.data())
    assert once == again
    assert {camera.id: camera for camera in once} == {camera.id: camera for camera in backwards}

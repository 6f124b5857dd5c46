"""Who has which camera: agreed without a word, spread evenly, and moved no more than must be."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bongsu.core.rendezvous import owner, ranked, weight

SHARED = json.loads(Path(__file__).with_name("rendezvous.json").read_text("utf-8"))
NAMES = st.lists(st.from_regex(r"[a-z0-9][a-z0-9-]{0,11}", fullmatch=True), min_size=1, max_size=8, unique=True)
CAMERAS = st.lists(st.text(min_size=1, max_size=20), min_size=1, max_size=40, unique=True)


def test_the_console_computes_the_same():
    """The file is read by the console's own test as well: whoever drifts, fails."""
    for name, camera, expected in SHARED["weights"]:
        assert weight(name, camera) == expected, (name, camera)
    for names, camera, expected in SHARED["ranked"]:
        assert list(ranked(names, camera)) == expected, (names, camera)


@given(NAMES, CAMERAS)
def test_a_death_moves_only_the_cameras_of_the_dead_each_to_the_next_in_its_line(names, cameras):
    gone = names[0]
    rest = [name for name in names if name != gone]
    for camera in cameras:
        line = ranked(names, camera)
        assert owner(names, camera) == line[0]
        expected = line[0] if line[0] != gone else (line[1:2] or ("",))[0]
        assert owner(rest, camera) == expected


@given(NAMES, CAMERAS)
def test_a_newcomer_takes_cameras_for_itself_and_moves_none_between_others(names, cameras):
    grown = [*names, "newcomer-x"]
    for camera in cameras:
        assert owner(grown, camera) in (owner(names, camera), "newcomer-x")


@given(NAMES, st.text(max_size=20))
def test_the_order_in_which_names_are_told_does_not_matter(names, camera):
    assert ranked(names, camera) == ranked(reversed(names), camera)
    assert sorted(ranked(names, camera)) == sorted(names)


def test_cameras_are_spread_evenly_over_two_to_eight_processes():
    for many in range(2, 9):
        names = ["video", *(f"video-{n}" for n in range(2, many + 1))]
        for register in ("B4100000000-{:05d}", "G-{:04d}", "cam{}"):
            counts = Counter(owner(names, register.format(n)) for n in range(4000))
            assert max(counts.values()) < 1.15 * 4000 / many
            assert min(counts.values()) > 0.85 * 4000 / many


def test_the_cameras_of_a_dead_process_are_spread_over_all_others():
    names = ["video", "video-2", "video-3", "video-4"]
    moved = [f"C{n}" for n in range(4000) if owner(names, f"C{n}") == "video-2"]
    heirs = Counter(owner([name for name in names if name != "video-2"], camera) for camera in moved)
    assert set(heirs) == {"video", "video-3", "video-4"}
    assert max(heirs.values()) < 1.25 * len(moved) / 3


def test_with_nobody_there_nobody_has_it():
    assert owner([], "C1") == ""
    assert ranked([], "C1") == ()

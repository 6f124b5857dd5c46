"""NAL units, cut from Annex B and put behind their lengths."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bongsu.video import nal

BYTES = st.lists(st.sampled_from([0, 0, 0, 1, 3, 0x65]), max_size=60).map(bytes)


@given(BYTES)
def test_mp4_keeps_the_units_that_were_cut_each_behind_its_length(unit: bytes) -> None:
    cut = nal.split(unit)
    assert b"".join(nal.sized(unit)) == b"".join(len(one).to_bytes(4) + one for one in cut)


def test_a_units_trailing_zeros_are_not_its_own() -> None:
    unit = b"\x00\x00\x00\x01\x65\x88\x00\x00\x00\x01\x41\x9a\x00\x00"
    assert b"".join(nal.sized(memoryview(unit))) == b"\x00\x00\x00\x02\x65\x88\x00\x00\x00\x02\x41\x9a"

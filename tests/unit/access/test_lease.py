"""A ticket says what the core signed, or nothing."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from bongsu.access import lease
from bongsu.core.errors import Refused
from fakes.video import a_ticket

KEY = Ed25519PrivateKey.generate()


def test_what_was_signed_is_what_is_read() -> None:
    ticket = a_ticket(agency="112", grant="g", holds=("session:s1", "grant:g"))
    assert lease.read(lease.sign(ticket, KEY), KEY.public_key()) == ticket


def test_another_keys_ticket_is_bad() -> None:
    with pytest.raises(Refused, match=r"ticket\.bad"):
        lease.read(lease.sign(a_ticket(), Ed25519PrivateKey.generate()), KEY.public_key())


@pytest.mark.parametrize(
    "changes",
    [
        {"holds": ()},
        {"holds": ("session:other",)},
        {"agency": "112", "grant": "g", "holds": ("session:s1",)},
        {"form": "recording"},
    ],
)
def test_a_ticket_that_nothing_could_end_is_bad_even_when_signed(changes: dict[str, object]) -> None:
    with pytest.raises(Refused, match=r"ticket\.bad"):
        lease.read(lease.sign(a_ticket(**changes), KEY), KEY.public_key())


@given(st.text())
def test_no_text_makes_reading_fail_otherwise_than_refused(text: str) -> None:
    with pytest.raises(Refused):
        lease.read(text, KEY.public_key())


@given(st.data())
def test_a_changed_character_makes_it_bad_or_leaves_it_the_same(data: st.DataObject) -> None:
    good = lease.sign(a_ticket(), KEY)
    at = data.draw(st.integers(0, len(good) - 1))
    other = data.draw(st.characters(codec="ascii").filter(lambda char: char != good[at]))
    try:
        read = lease.read(good[:at] + other + good[at + 1 :], KEY.public_key())
    except Refused:
        return
    assert read == lease.read(good, KEY.public_key())


def test_keys_are_made_once_and_the_private_one_is_ours_alone(tmp_path: Path) -> None:
    first, again = lease.make_keys(tmp_path), lease.make_keys(tmp_path)
    ticket = a_ticket()
    assert lease.read(lease.sign(ticket, first), lease.public_key(tmp_path)) == ticket
    assert lease.read(lease.sign(ticket, again), lease.public_key(tmp_path)) == ticket
    assert (tmp_path / "keys" / "lease.key").stat().st_mode & 0o777 == 0o600
    assert len((tmp_path / "keys" / "lease.pub").read_bytes()) == 32


def test_without_a_public_key_every_ticket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"ticket\.bad"):
        lease.public_key(tmp_path)


def test_reading_a_ticket_is_quick() -> None:
    text = lease.sign(a_ticket(), KEY)
    began = time.perf_counter()
    for _ in range(50):
        lease.read(text, KEY.public_key())
    assert (time.perf_counter() - began) / 50 < 0.005
    assert len(text) < lease.MAX_CHARS
    assert msgspec.json.decode(msgspec.json.encode(a_ticket()))["holds"] == ["session:s1"]

"""Signing in: what is kept, what is told, and what is not."""

from __future__ import annotations

import asyncio
import itertools
import secrets
from datetime import timedelta

import pytest

from bongsu.access.identity import Identity, digest_of
from bongsu.access.password import Passwords
from bongsu.access.patience import Patience
from bongsu.core.errors import TooMuch, Unavailable, Unknown
from fakes.desk import Clock
from fakes.platform import PASSWORD, PASSWORDS, FakeLedger, FakePeople


class Ticks:
    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def an_identity(**fields: object) -> tuple[Identity, FakePeople, FakeLedger, Clock, Ticks]:
    people, ledger, clock, ticks = FakePeople(), FakeLedger(), Clock(), Ticks()
    identity = Identity(
        people, ledger.note, now=clock, monotonic=ticks, chance=secrets.token_urlsafe, passwords=PASSWORDS
    )
    return identity, people, ledger, clock, ticks


async def test_a_password_opens_a_session_that_the_token_finds() -> None:
    identity, _, ledger, _, _ = an_identity()
    session, token = await identity.sign_in("operator", PASSWORD, "10.0.0.1")
    assert identity.find(token) == session
    assert (session.user, session.origin, session.role.value) == ("u-op", "10.0.0.1", "operator")
    assert ledger.acts() == ["sign_in"]


async def test_only_the_digest_of_a_token_is_kept() -> None:
    identity, people, ledger, _, _ = an_identity()
    _, token = await identity.sign_in("operator", PASSWORD, "")
    assert list(people.sessions) == [digest_of(token)]
    assert token not in repr(people.sessions) + repr(ledger.rows)
    assert len(token) >= 43  # 256 bits


async def test_an_unknown_name_and_a_wrong_password_get_the_same_answer() -> None:
    identity, _, ledger, _, _ = an_identity()
    answers = []
    for name, password in (("operator", "wrong"), ("nobody", PASSWORD), ("linkonly", ""), ("linkonly", "nobody")):
        with pytest.raises(Unknown) as told:
            await identity.sign_in(name, password, "")
        answers.append((told.value.code, told.value.facts))
    assert answers == [("sign_in.failed", {})] * 4
    assert ledger.acts() == ["refuse"] * 4


async def test_a_name_nobody_has_is_not_written_down() -> None:
    """It may be a password, typed into the wrong box."""
    identity, _, ledger, _, _ = an_identity()
    with pytest.raises(Unknown):
        await identity.sign_in("hunter2-my-password", "x", "10.0.0.1")
    assert "hunter2" not in repr(ledger.rows)
    assert ledger.rows[0].origin == "10.0.0.1"


async def test_the_sixth_try_is_not_even_looked_at_and_the_right_password_does_not_help() -> None:
    identity, _, ledger, _, ticks = an_identity()
    for _ in range(5):
        with pytest.raises(Unknown):
            await identity.sign_in("operator", "wrong", "10.0.0.1")
    with pytest.raises(TooMuch) as told:
        await identity.sign_in("operator", PASSWORD, "10.0.0.1")
    assert told.value.facts == {"retry_after_s": 301}
    assert len(ledger.rows) == 5
    await identity.sign_in("operator", PASSWORD, "10.0.0.2")
    ticks.at += 300
    await identity.sign_in("operator", PASSWORD, "10.0.0.1")


async def test_tries_at_the_same_time_count_before_they_are_known_to_fail() -> None:
    identity, _, _, _, _ = an_identity()
    tries = [identity.sign_in("operator", "wrong", "10.0.0.1") for _ in range(12)]
    told = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, Unknown) for one in told) == 5
    assert sum(isinstance(one, TooMuch) for one in told) == 7


async def test_a_link_signs_in_once() -> None:
    identity, people, _, _, _ = an_identity()
    code = await identity.make_link("u-police")
    assert code not in repr(people.links)
    session, token = await identity.redeem(code, "")
    assert session.agency == "police112"
    with pytest.raises(Unknown, match=r"link\.used"):
        await identity.redeem(code, "")
    assert identity.find(token) == session


async def test_a_link_is_worth_nothing_after_a_day() -> None:
    identity, _, _, clock, _ = an_identity()
    code = await identity.make_link("u-police")
    clock.forward(timedelta(hours=24).total_seconds())
    with pytest.raises(Unknown, match=r"link\.used"):
        await identity.redeem(code, "")


async def test_a_session_ends_by_itself_and_is_named_once_to_be_cleared() -> None:
    identity, _, _, clock, _ = an_identity()
    session, token = await identity.sign_in("operator", PASSWORD, "")
    clock.forward(timedelta(hours=12).total_seconds())
    assert identity.find(token) is None
    assert not identity.is_running(session.id)
    assert identity.running() == ()
    assert identity.lapsed() == (session,)
    identity.forget(session)
    assert identity.lapsed() == ()


async def test_a_session_that_ended_is_gone_at_once_and_from_the_store() -> None:
    identity, people, ledger, _, _ = an_identity()
    session, token = await identity.sign_in("operator", PASSWORD, "")
    digest = identity.forget(session)
    assert identity.find(token) is None
    await identity.bury(digest, session, "signed_out")
    assert people.sessions == {}
    assert ledger.acts() == ["sign_in", "sign_out"]


async def test_sessions_outlive_a_restart_of_the_core() -> None:
    identity, people, ledger, clock, ticks = an_identity()
    session, token = await identity.sign_in("operator", PASSWORD, "")
    again = Identity(people, ledger.note, now=clock, monotonic=ticks, chance=str, passwords=PASSWORDS)
    assert again.find(token) is None
    await again.open()
    assert again.find(token) == session


async def test_without_a_ledger_nobody_signs_in() -> None:
    identity, people, ledger, _, _ = an_identity()
    ledger.broken = True
    with pytest.raises(Unavailable):
        await identity.sign_in("operator", PASSWORD, "")
    assert people.sessions == {}
    assert identity.running() == ()


async def test_the_loop_turns_while_a_password_is_checked() -> None:
    turns = 0

    async def count() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    counting = asyncio.create_task(count())
    await PASSWORDS.match("", "x")
    counting.cancel()
    assert turns > 10


async def test_a_flood_of_passwords_is_turned_away_at_the_door() -> None:
    passwords = Passwords()
    told = await asyncio.gather(*(passwords.match("", "x") for _ in range(20)), return_exceptions=True)
    passwords.close()
    assert sum(isinstance(one, TooMuch) for one in told) == 4


def test_patience_remembers_so_many_keys_and_no_more() -> None:
    patience = Patience(Ticks(), tries=1)
    for key in itertools.islice(itertools.count(), 10_001):
        patience.spend(key)
    patience.spend(0)  # the oldest was forgotten
    with pytest.raises(TooMuch):
        patience.spend(10_000)

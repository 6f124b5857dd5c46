"""The comparison after the faults: every loss, doubling and ghost is seen, and nothing else is called one."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from bongsu.drills.faults import books
from bongsu.drills.faults.books import Delivery
from bongsu.drills.faults.journal import Asked, Entry, Heard, Step
from bongsu.drills.faults.said import Order, Said, Told

NOW_MS = 1_000_000


def told(name="1-10", *answers):
    return Told(name=name, wire="json", sent_s=0.0, tries=1, answers=list(answers))


def said(*reports, orders=()):
    return Said(reports={one.name: one for one in reports}, orders=list(orders))


def an_entry(seq, name="1-10", incident="I-1", version=1, *, what="opened", by="POLICE112", requests=(), more=()):
    occurrence, _, step = name.partition("-")
    report = Heard(sender="POLICE112", key=name, occurrence=f"BONGSU/X/{occurrence}", step=step) if name else None
    steps = (Step(what=what, incident=incident, version=version, by=by), *more)
    return Entry(seq=seq, report=report, steps=steps, requests=tuple(requests))


def a_request(key="r1", agency="police112", state="delivered", until_ms=NOW_MS + 60_000, detail=""):
    return Asked(key=key, agency=agency, until_ms=until_ms, state=state, detail=detail)


def heard(key="r1", *, again=False, at_ms=NOW_MS):
    return Delivery(key=key, at_ms=at_ms, again=again)


def weigh(said_, entries, log=()):
    found = books.balance(said_, entries, {"police112": log}, operator="kim", now_ms=NOW_MS)
    return len(found.lost), len(found.doubled), len(found.ghosts)


def test_what_was_acknowledged_and_is_held_balances():
    assert weigh(said(told("1-10", (1, "I-1"))), [an_entry(1)]) == (0, 0, 0)


def test_a_retry_that_got_the_first_answer_again_balances():
    assert weigh(said(told("1-10", (1, "I-1"), (0, "I-1"))), [an_entry(1)]) == (0, 0, 0)


def test_an_acknowledged_report_that_is_not_held_where_it_was_said_to_be_is_lost():
    assert weigh(said(told("1-10", (1, "I-1"))), []) == (1, 0, 0)
    assert weigh(said(told("1-10", (2, "I-1"))), [an_entry(1)]) == (1, 0, 0)
    assert weigh(said(told("1-10", (1, "I-2"))), [an_entry(1)]) == (1, 0, 0)


def test_what_was_never_acknowledged_may_be_held_or_not():
    assert weigh(said(told("1-10")), []) == (0, 0, 0)
    assert weigh(said(told("1-10")), [an_entry(1)]) == (0, 0, 0)


def test_a_key_in_two_entries_and_a_retry_answered_otherwise_are_doubled():
    twice = [an_entry(1), an_entry(2, version=2, what="noted")]
    assert weigh(said(told("1-10", (1, "I-1"))), twice) == (0, 1, 0)
    assert weigh(said(told("1-10", (1, "I-1"), (1, "I-2"))), [an_entry(1)])[1] == 1


def test_a_case_that_became_two_incidents_is_doubled_unless_one_was_split_off_the_other():
    reports = said(told("1-10", (1, "I-1")), told("1-40", (2, "I-2")))
    assert weigh(reports, [an_entry(1), an_entry(2, "1-40", "I-2")]) == (0, 1, 0)
    split = Step(what="opened", incident="I-2", version=1, by="POLICE112")
    reports = said(told("1-10", (1, "I-1")), told("2-91", (2, "I-1")), told("1-40", (3, "I-2")))
    entries = [
        an_entry(1),
        an_entry(2, "2-91", "I-1", 2, what="closed", more=(split,)),
        an_entry(3, "1-40", "I-2", 2, what="noted"),
    ]
    assert weigh(reports, entries) == (0, 0, 0)


def test_what_nobody_sent_or_ordered_is_a_ghost():
    assert weigh(said(), [an_entry(1)]) == (0, 0, 1)
    ordered = [an_entry(1), an_entry(2, "", version=2, what="closed", by="kim")]
    assert weigh(said(told("1-10", (1, "I-1"))), ordered) == (0, 0, 1)
    order = Order(incident="I-1", what="close", version=1)
    assert weigh(said(told("1-10", (1, "I-1")), orders=[order]), ordered) == (0, 0, 0)


def test_an_order_that_was_answered_and_is_not_held_is_lost():
    order = Order(incident="I-1", what="accept", version=1, answered=2)
    assert weigh(said(told("1-10", (1, "I-1")), orders=[order]), [an_entry(1)]) == (1, 0, 0)


def test_a_hole_in_the_journal_or_in_an_incidents_versions_is_a_ghost():
    reports = said(told("1-10", (1, "I-1")), told("2-10", (3, "I-2")))
    assert weigh(reports, [an_entry(1), an_entry(3, "2-10", "I-2")]) == (0, 0, 1)
    reports = said(told("1-10", (1, "I-1")), told("1-40", (2, "I-1")))
    assert weigh(reports, [an_entry(1), an_entry(2, "1-40", version=3, what="noted")]) == (0, 0, 1)


def test_a_request_that_never_arrived_is_lost_unless_its_time_ran_out():
    report = said(told("1-10", (1, "I-1")))
    for state in ("waiting", "delivered", "missing"):
        assert weigh(report, [an_entry(1, requests=[a_request(state=state)])]) == (1, 0, 0)
    refused = a_request(state="dead", until_ms=NOW_MS - 1, detail="partner.refused 4000")
    assert weigh(report, [an_entry(1, requests=[refused])]) == (1, 0, 0)
    late = a_request(state="dead", until_ms=NOW_MS - 1, detail="request.late")
    assert weigh(report, [an_entry(1, requests=[late])]) == (0, 0, 0)
    too_early = a_request(state="dead", detail="partner.timeout")
    assert weigh(report, [an_entry(1, requests=[too_early])]) == (1, 0, 0)


def test_a_partner_that_acts_twice_is_doubled_and_one_that_knows_it_again_is_not():
    report, entries = said(told("1-10", (1, "I-1"))), [an_entry(1, requests=[a_request()])]
    assert weigh(report, entries, [heard(), heard(again=True)]) == (0, 0, 0)
    assert weigh(report, entries, [heard(), heard()]) == (0, 1, 0)


def test_a_request_sent_before_its_commit_or_after_its_time_is_a_ghost():
    report, entries = said(told("1-10", (1, "I-1"))), [an_entry(1, requests=[a_request()])]
    assert weigh(report, entries, [heard(), heard("r2")]) == (0, 0, 1)
    assert weigh(report, entries, [heard(at_ms=NOW_MS + 60_000 + books.LATE_MS + 1)]) == (0, 0, 1)


@given(st.integers(2, 30), st.data())
def test_taking_any_entry_out_is_always_seen(count: int, data: st.DataObject):
    names = [f"{n}-10" for n in range(1, count + 1)]
    reports = said(*(told(name, (n, f"I-{n}")) for n, name in enumerate(names, 1)))
    entries = [an_entry(n, name, f"I-{n}") for n, name in enumerate(names, 1)]
    assert weigh(reports, entries) == (0, 0, 0)
    gone = data.draw(st.integers(0, count - 1))
    rest = [msgspec.structs.replace(one, seq=n) for n, one in enumerate(entries[:gone] + entries[gone + 1 :], 1)]
    assert weigh(reports, rest)[0] >= 1

"""No clause of NGSI-LD is called done without a test that carries its number."""

from __future__ import annotations

from house import clauses
from house.clauses import CLAUSES, DONE, NOT, PARTLY


def test_a_clause_that_is_done_or_partly_done_has_a_test():
    tests = clauses.tested()
    assert len(tests) > 50, "the search no longer finds the markers"
    assert [number for number, (_, state, _) in CLAUSES.items() if state != NOT and number not in tests] == []


def test_every_number_a_test_carries_is_in_the_table():
    assert sorted(clauses.tested().keys() - CLAUSES.keys()) == []


def test_what_is_partly_or_not_done_is_one_of_three_states_and_partly_says_what_is_missing():
    assert {state for _, state, _ in CLAUSES.values()} == {DONE, PARTLY, NOT}
    assert [number for number, (_, state, remark) in CLAUSES.items() if state == PARTLY and not remark] == []

"""Which cameras are recorded, how long, and whose recordings are worth most."""

from __future__ import annotations

from bongsu.city.recording import keep_of, orders
from bongsu.core.asset import Purpose
from bongsu.core.recording import DAYS, Held, Keep
from bongsu.core.revision import PurposeTerms
from fakes.city import a_camera

TERMS = {
    Purpose.CRIME: PurposeTerms(retention_days=30, agencies={}),
    Purpose.WASTE: PurposeTerms(retention_days=7, agencies={}),
}


def cameras(*purposes):
    return {f"C{n}": a_camera(f"C{n}", purposes=those) for n, those in enumerate(purposes)}


def test_the_register_says_how_long_else_the_shortest_of_the_purposes_else_thirty_days():
    assert keep_of(a_camera("C", purposes=(Purpose.CRIME, Purpose.WASTE)), TERMS).days == 7
    assert keep_of(a_camera("C", purposes=(Purpose.WASTE,), retention_days=14), TERMS).days == 14
    assert keep_of(a_camera("C", purposes=(Purpose.TRAFFIC,)), TERMS).days == DAYS
    assert keep_of(a_camera("C"), {}).days == DAYS


def test_cameras_for_several_purposes_are_worth_the_highest_of_them():
    assert keep_of(a_camera("C", purposes=(Purpose.WASTE, Purpose.CRIME)), {}).priority == 3
    assert keep_of(a_camera("C", purposes=(Purpose.WASTE,)), {}).priority == 0


def test_none_all_and_named():
    city = cameras((Purpose.CRIME,), (Purpose.WASTE,))
    assert orders(city, TERMS, "none", 9).cameras == {}
    assert orders(city, TERMS, "all", 9).cameras == {"C0": Keep(30, 3), "C1": Keep(7, 0)}
    assert list(orders(city, TERMS, ("C1", "nobody's"), 9).cameras) == ["C1"]


def test_of_more_than_may_be_recorded_the_most_worth_are():
    city = cameras((Purpose.WASTE,), (Purpose.TRAFFIC,), (Purpose.CRIME,), (Purpose.CHILD,))
    assert list(orders(city, TERMS, "all", 3).cameras) == ["C2", "C3", "C1"]


def test_holds_are_told_whatever_is_recorded():
    hold = Held("gone", 1, 2)
    assert orders({}, {}, "none", 9, (hold,)).held == (hold,)

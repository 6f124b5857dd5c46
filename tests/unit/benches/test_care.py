"""The care bench sees what rules find, and a rule that finds nothing, or too much, does not pass."""

from __future__ import annotations

import msgspec
import pytest

from bongsu.benches import care
from bongsu.world.care import SCENES

QUICK = ("childcare", "wandering", "structures")
SEED = 5


@pytest.fixture(scope="module", params=QUICK)
def given(request):
    return request.param, SCENES[request.param](SEED, 20, care.BEGIN_MS)


def test_the_built_in_rules_find_every_case_and_leave_near_misses_in_peace(given):
    name, scene = given
    assert care.faults_of(care.marks_for(scene, care.rules_of(name, scene)), 0) == []


def test_rules_that_are_off_do_not_pass(given):
    name, scene = given
    off = {key: msgspec.structs.replace(rule, enabled=False) for key, rule in care.rules_of(name, scene).items()}
    assert care.faults_of(care.marks_for(scene, off), 0)


def test_rules_without_patience_do_not_pass(given):
    name, scene = given
    keen = {
        key: msgspec.structs.replace(rule, terms=care.keener(rule.terms))
        for key, rule in care.rules_of(name, scene).items()
    }
    assert care.faults_of(care.marks_for(scene, keen), 0)

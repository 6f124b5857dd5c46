from __future__ import annotations

import subprocess
import sys

from bongsu.benches.roads import oracle
from bongsu.city.roads.warm import warm

CACHED = """
from bongsu.city.roads import frontier, grid, kernels, viterbi
from bongsu.city.roads.warm import warm
warm()
compiled = [
    kernels.spread, kernels.follow, viterbi.likeliest, viterbi.chain, grid._near, frontier._reached, frontier._passed,
]
print(sum(sum(one.stats.cache_misses.values()) for one in compiled), all(one.signatures for one in compiled))
"""


def test_random_questions_are_answered_exactly_as_scipy_answers_them():
    assert oracle.mismatches(200, seed=3) == 0


def test_what_is_compiled_is_kept_for_the_next_process():
    warm()
    told = subprocess.run([sys.executable, "-c", CACHED], capture_output=True, text=True, check=True)
    assert told.stdout.split() == ["0", "True"]


def test_the_platform_does_not_load_the_compiler():
    asked = "import sys, bongsu.app; print('numba' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "False"

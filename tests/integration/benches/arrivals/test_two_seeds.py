"""Two evenings of the made city, driven by SUMO with and without the whole platform: what the bench is made of."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from bongsu.benches.arrivals.bench import bench
from bongsu.benches.arrivals.evenings import City
from bongsu.benches.arrivals.kinds import ARMS

ALL = ARMS[-1]
pytestmark = [
    pytest.mark.skipif(find_spec("libsumo") is None, reason="SUMO is not installed: uv sync --group sim"),
    pytest.mark.timeout(600),
]


def test_two_evenings_with_and_without_the_platform_and_nothing_is_driven_twice(tmp_path, capfd):
    city, said = City(None, tmp_path, jobs=2, arms=(ALL,)), []
    found = bench(city, 2, said.append)
    baseline, helped = found["baseline"], found["arms"]["all"]
    assert found["broken_off"] == []
    assert baseline["calls"] == helped["calls"] == 4
    assert baseline["unfinished"] == helped["unfinished"] == 0
    assert baseline["cross_delay_s"] == 0.0 != helped["cross_delay_s"]  # others drove by other lights
    assert helped["p50_s"] < baseline["p50_s"]
    assert {"calibration", "baseline"} <= set(found["missed"])  # nobody may quote a share of the made city
    assert found["missing"] == [arm.name for arm in ARMS[1:-1]]
    assert len(said) == 4
    assert capfd.readouterr().out == ""  # the runs' processes leave the answer of --json alone
    again = bench(city, 2, said.append)
    assert (again["baseline"], again["arms"], len(said)) == (baseline, found["arms"], 4)

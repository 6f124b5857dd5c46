"""The absence rule on real homes: a rhythm alarms falsely half as often as a fixed limit that is no sooner."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from bongsu.benches import absence as bench
from bongsu.core.errors import Invalid
from fakes.telemetry_batches import AtWork, a_device

HOUR = 3_600_000
DATA = [Path(folder) / "iot/daiad_swm_trialA_extended.zip" for folder in ("../shared/data", "tests/data")]


def the_data() -> Path:
    root = Path(__file__).resolve().parents[3]
    found = next((root / path for path in DATA if (root / path).exists()), None)
    if found is None:
        pytest.skip("DAIAD's Trial A (daiad_swm_trialA_extended.zip) is not here")
    return found


@pytest.mark.timeout(600)
def test_on_real_homes_a_rhythm_is_as_soon_as_a_day_and_half_as_often_wrong(monkeypatch):
    chosen = ("fixed_24h", "rhythm_1e-6_x0.5")
    monkeypatch.setattr(bench, "TRIED", {name: bench.TRIED[name] for name in chosen})
    figures = bench.run(the_data())
    assert (figures["homes"], round(figures["home_years"])) == (89, 14)
    fixed, rhythm = (figures["rules"][name] for name in chosen)
    assert rhythm["false_alarms_per_home_year"] < 0.6 * fixed["false_alarms_per_home_year"]
    assert rhythm["found_h"]["p50"] < fixed["found_h"]["p50"] + 2
    assert rhythm["found_within"]["6h"] <= rhythm["found_within"]["24h"] <= rhythm["found_within"]["48h"]


def test_a_silence_inserted_for_real_is_found_when_the_bench_says(tmp_path):
    path = tmp_path / "homes.zip"
    rng = np.random.default_rng(4)
    used = np.cumsum([float(7 <= hour % 24 < 23 and rng.random() < 0.8) * 12 for hour in range(40 * 24)])
    lines = [
        f"home;{1 + hour // 24 % 31:02}/{1 + hour // 24 // 31:02}/2017 {hour % 24:02}:05:00;{litres:.0f};0"
        for hour, litres in enumerate(used)
    ]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("homes.csv", "\n".join(["V1;V2;V3;V4", *lines]))
    homes = bench.read(path)
    terms = bench.TRIED["rhythm_1e-6_x0.5"]
    work = AtWork(terms, [a_device("home", "water_volume")])
    watched = bench.watch(homes, work.register, terms)
    falls = int(homes.time_ms[30 * 24 + 15]) + 60_000
    for time_ms, litres in zip(homes.time_ms.tolist(), homes.litres.tolist(), strict=True):
        lived = litres if time_ms < falls else homes.litres[homes.time_ms < falls][-1]
        work.tell(("home", "water_volume", lived / 1000, time_ms))
        if found := work.wait(time_ms + HOUR // 2):
            break
    assert abs((found[0].at_ms - falls) / HOUR - bench._wait_h(watched, 0, falls)) < 0.01


def test_a_file_that_is_no_such_data_is_refused_by_name(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"no zip")
    with pytest.raises(Invalid, match="bench.data"):
        bench.read(tmp_path / "x.zip")

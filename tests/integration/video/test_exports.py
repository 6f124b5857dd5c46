"""From the recorder's own files to a verified package, over the real socket between core and video."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from bongsu.core.export import ExportState
from bongsu.gateways.video.wire import ExportSaid
from bongsu.video.evidence.verify import read_key, verify
from bongsu.video.ingest import frame
from fakes.evidence import a_job, an_export
from fakes.recordings import STEP_US, T0_US, encoded
from fakes.tapes import Deck
from fakes.video import House, a_house

pytestmark = pytest.mark.video


def record(folder: Path, *spans: tuple[float, float]) -> None:
    """Write real pictures through the recorder, in spans of seconds from T0."""
    deck = Deck(folder)
    for begin, end in spans:
        header, units = encoded(round((end - begin) * 10))
        start = T0_US + round(begin * 1_000_000)
        frames = [
            frame(unit, key=key, arrival_us=start + n * STEP_US, pts_us=n * STEP_US)
            for n, (unit, key) in enumerate(units)
        ]
        deck.record(frames, "C1", header)
    deck.end()


async def build(house: House, *jobs: Any, ends: int) -> list[ExportSaid]:
    said: list[ExportSaid] = []
    done = asyncio.Event()

    def hear(one: ExportSaid) -> None:
        said.append(one)
        if sum(word.state in (ExportState.READY, ExportState.FAILED) for word in said) == ends:
            done.set()

    house.link.export_for(lambda: jobs, hear)
    house.link.exports_changed()
    await asyncio.wait_for(done.wait(), 60)
    return said


async def test_what_was_recorded_becomes_a_package_that_stands_and_a_masked_copy_of_it(tmp_path):
    record(tmp_path, (0, 4), (6, 9))
    original = replace(an_export(1.5, 8.0), id="E-1")
    copy = replace(original, id="E-2", derived_from="E-1", masked=True)
    async with a_house(tmp_path, {}) as house:
        said = await build(house, a_job(original), a_job(copy), ends=2)
    assert [one.state for one in said if one.state is not ExportState.BUILDING] == [ExportState.READY] * 2
    key = read_key(tmp_path / "keys" / "evidence.pub")
    packages = [verify(tmp_path / "evidence" / f"{name}.bongsu-evidence.zip", key).manifest for name in ("E-1", "E-2")]
    for manifest in packages:
        [camera] = manifest.cameras
        shown = [(clip.from_us - T0_US, clip.to_us - T0_US) for clip in camera.clips]
        missing = [(gap.from_us - T0_US, gap.to_us - T0_US, gap.why) for gap in camera.gaps]
        assert len(shown) == 2
        assert shown[0][0] == 1_500_000
        assert shown[1][1] == 8_000_000
        assert abs(shown[0][1] - 4_000_000) <= STEP_US
        assert [(shown[0][1], shown[1][0], "not_recorded")] == missing
    assert packages[1].original.export == "E-1"


async def test_a_video_process_that_ended_in_the_middle_builds_it_after_its_return(tmp_path):
    record(tmp_path, (0, 3))
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "E-1.bongsu-evidence.zip.part").write_bytes(b"half")
    async with a_house(tmp_path, {}) as house:
        said = await build(house, a_job(replace(an_export(0, 3), id="E-1")), ends=1)
    assert said[-1].state is ExportState.READY
    assert [path.name for path in (tmp_path / "evidence").iterdir()] == ["E-1.bongsu-evidence.zip"]

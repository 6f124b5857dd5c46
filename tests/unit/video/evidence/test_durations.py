from __future__ import annotations

import random
import zipfile

import av

from bongsu.video.evidence.verify import verify
from fakes.evidence import a_package, an_export
from fakes.recordings import FPS, FakeRecordings, at

FRAME_US = 1_000_000 // FPS
RECORDED = [(0.0, 7.0), (9.0, 9.5), (12.0, 20.0)]


def test_over_500_random_spans_with_gaps_no_clip_is_off_by_more_than_a_frame(tmp_path):
    chance, recordings, worst = random.Random(500), FakeRecordings(C1=RECORDED), 0
    for _ in range(500):
        begin = chance.uniform(0, 18)
        end = begin + chance.uniform(0.2, 12)
        expected = sum(max(0, min(at(stop), at(end)) - max(at(start), at(begin))) for start, stop in RECORDED)
        if expected < FRAME_US:
            continue
        path = a_package(tmp_path, an_export(begin, end), recordings)
        [camera] = verify(path).manifest.cameras
        with zipfile.ZipFile(path) as package:
            for clip in camera.clips:
                with package.open(clip.name) as file, av.open(file) as video:
                    worst = max(worst, abs(video.duration - clip.duration_us))
        told = sum(clip.duration_us for clip in camera.clips)
        missing = sum(gap.to_us - gap.from_us for gap in camera.gaps)
        worst = max(worst, abs(told - expected))
        assert told + missing == at(end) - at(begin), "clips and gaps are the whole span"
    assert worst <= FRAME_US

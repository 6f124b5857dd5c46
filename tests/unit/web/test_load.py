"""What video does, as people and scrapers are told: no name to whom it does not concern, no series without end."""

from __future__ import annotations

import pytest

from bongsu.core.figures import Figures, Look, Sent, Taping
from bongsu.core.health import Vitals
from bongsu.web.loads import OLD_S, Loads
from bongsu.web.loads_text import exposition
from fakes.platform import a_world

LOOK = Look(
    ticket="t1", camera="C1", form="live", profile="main", user="u-op", agency="", seconds=3.0, frames=45, dropped=4,
    size_bytes=90_000,
)  # fmt: skip
FIGURES = Figures(
    looks=(LOOK,),
    sent={"live": Sent(frames=145, dropped=4, size_bytes=290_000, ended={"left": 2, "hold.gone": 1})},
    taping=Taping(cameras=12, written_bytes=1_000_000, behind_s=0.4, gaps=3, lost=1, shed_hours=2, full=False),
)


@pytest.mark.parametrize(("who", "named"), [("operator", ""), ("admin", ""), ("auditor", "u-op")])
async def test_who_watches_is_told_only_to_those_who_read_the_ledger(tmp_path, who, named):
    world = a_world(tmp_path)
    world.platform.loads.take("video", FIGURES)
    headers = await world.sign_in(who)
    async with world.client() as client:
        told = (await client.get("/v1/video/load", headers=headers)).json()
    assert told[0]["process"] == "video"
    assert told[0]["taping"]["cameras"] == 12
    look = told[0]["looks"][0]
    assert (look["camera"], look["dropped"], look["user"]) == ("C1", 4, named)


def test_a_process_that_says_nothing_any_more_is_not_shown():
    now = [0.0]
    loads = Loads(lambda: now[0])
    loads.take("a", FIGURES)
    now[0] = OLD_S - 1
    loads.take("b", Figures())
    assert set(loads.now()) == {"a", "b"}
    now[0] = OLD_S + 1
    assert set(loads.now()) == {"b"}


def test_a_scraper_reads_cameras_recorder_and_streams():
    vitals = {"C1": Vitals(last_frame_ms=98_500, kbps=1800.5, fps=14.9, reconnects=2, told_ms=99_000)}
    text = exposition({"video": FIGURES}, vitals, now_ms=100_000).decode()
    for line in (
        'bongsu_camera_fps{camera="C1"} 14.9',
        'bongsu_camera_kbps{camera="C1"} 1800.5',
        'bongsu_camera_reconnects{camera="C1"} 2.0',
        'bongsu_camera_last_frame_age_seconds{camera="C1"} 1.5',
        'bongsu_recorder_cameras{process="video"} 12.0',
        'bongsu_recorder_behind_seconds{process="video"} 0.4',
        'bongsu_recorder_written_bytes_total{process="video"} 1e+06',
        'bongsu_recorder_gaps_total{process="video"} 3.0',
        'bongsu_recorder_lost_pieces_total{process="video"} 1.0',
        'bongsu_recorder_shed_hours_total{process="video"} 2.0',
        'bongsu_video_streams{form="live",process="video"} 1.0',
        'bongsu_video_frames_total{form="live",process="video"} 145.0',
        'bongsu_video_frames_dropped_total{form="live",process="video"} 4.0',
        'bongsu_video_sent_bytes_total{form="live",process="video"} 290000.0',
        'bongsu_video_streams_ended_total{form="live",outcome="hold.gone",process="video"} 1.0',
    ):
        assert line in text, line
    assert "u-op" not in text
    assert "t1" not in text


def test_only_open_cameras_make_series():
    vitals = {f"C{n}": Vitals(told_ms=1_000, fps=15.0) for n in range(1_000)}
    vitals["open"] = Vitals(told_ms=99_000, code="camera.silent")
    text = exposition({}, vitals, now_ms=100_000).decode()
    assert [line for line in text.splitlines() if line.startswith("bongsu_camera_fps{")] == [
        'bongsu_camera_fps{camera="open"} 0.0'
    ]
    assert 'bongsu_camera_trouble{camera="open",code="camera.silent"} 1.0' in text
    assert "bongsu_camera_last_frame_age_seconds{" not in text

"""What the video processes told, as a scraper reads it (Prometheus).

A camera is named only while it is open, so that there are no more series than cameras may be open; a person never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from bongsu.core.figures import Figures
from bongsu.core.health import State, Vitals, state_of


class _Families(Collector):
    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def exposition(loads: Mapping[str, Figures], vitals: Mapping[str, Vitals], now_ms: int) -> bytes:
    """Prometheus text: of each open camera, and of each process its recorder and what it sent. No person is named."""
    registry = CollectorRegistry()
    open_now = {camera: one for camera, one in vitals.items() if state_of(one, now_ms) is not State.UNKNOWN}
    registry.register(_Families([*_cameras(open_now, now_ms), *_recorders(loads), *_streams(loads), *_masking(loads)]))
    return generate_latest(registry)


def _cameras(vitals: Mapping[str, Vitals], now_ms: int) -> list[Metric]:
    rows: dict[str, tuple[str, Callable[[Vitals], float]]] = {
        "bongsu_camera_fps": ("Frames a second", lambda one: one.fps),
        "bongsu_camera_kbps": ("Kilobits a second", lambda one: one.kbps),
        "bongsu_camera_reconnects": ("Times it was reached again since it was opened", lambda one: one.reconnects),
        "bongsu_camera_last_frame_age_seconds": (
            "Since its last frame",
            lambda one: max(0, now_ms - one.last_frame_ms) / 1000,
        ),
    }
    found: list[Metric] = []
    for name, (what, figure) in rows.items():
        family = GaugeMetricFamily(name, what, labels=("camera",))
        for camera, one in vitals.items():
            if name != "bongsu_camera_last_frame_age_seconds" or one.last_frame_ms:
                family.add_metric((camera,), figure(one))
        found.append(family)
    trouble = GaugeMetricFamily("bongsu_camera_trouble", "1 while it gives nothing, and why", labels=("camera", "code"))
    for camera, one in vitals.items():
        if one.code:
            trouble.add_metric((camera, one.code), 1)
    return [*found, trouble]


NOW = {
    "bongsu_recorder_cameras": ("cameras", "Cameras on tape"),
    "bongsu_recorder_behind_seconds": ("behind_s", "How long the oldest piece waits to be written"),
    "bongsu_recorder_full": ("full", "1 while the disk is too full to record"),
}
SUMS = {
    "bongsu_recorder_written_bytes": ("written_bytes", "Bytes written"),
    "bongsu_recorder_gaps": ("gaps", "Recordings broken off and begun anew"),
    "bongsu_recorder_lost_pieces": ("lost", "Pieces there was no room or no disk for"),
    "bongsu_recorder_shed_hours": ("shed_hours", "Camera-hours deleted for want of room"),
}


def _recorders(loads: Mapping[str, Figures]) -> list[Metric]:
    found: list[Metric] = []
    for kind, table in ((GaugeMetricFamily, NOW), (CounterMetricFamily, SUMS)):
        for name, (field, what) in table.items():
            family = kind(name, what, labels=("process",))
            for process, told in loads.items():
                family.add_metric((process,), float(getattr(told.taping, field)))
            found.append(family)
    return found


def _masking(loads: Mapping[str, Figures]) -> list[Metric]:
    films = GaugeMetricFamily("bongsu_video_masked_films", "Streams painted over now", labels=("process",))
    stills = GaugeMetricFamily("bongsu_video_masked_stills", "Viewers on stills for want of room", labels=("process",))
    for process, told in loads.items():
        films.add_metric((process,), told.masking.films)
        stills.add_metric((process,), told.masking.on_stills)
    return [films, stills]


def _streams(loads: Mapping[str, Figures]) -> list[Metric]:
    playing = GaugeMetricFamily("bongsu_video_streams", "Streams that play", labels=("process", "form"))
    ended = CounterMetricFamily("bongsu_video_streams_ended", "Why they ended", labels=("process", "form", "outcome"))
    sums = {
        "frames": CounterMetricFamily("bongsu_video_frames", "Frames sent", labels=("process", "form")),
        "dropped": CounterMetricFamily("bongsu_video_frames_dropped", "Frames skipped", labels=("process", "form")),
        "size_bytes": CounterMetricFamily("bongsu_video_sent_bytes", "Bytes sent", labels=("process", "form")),
    }
    for process, told in loads.items():
        for form, sent in told.sent.items():
            playing.add_metric((process, form), sum(look.form == form for look in told.looks))
            for field, family in sums.items():
                family.add_metric((process, form), getattr(sent, field))
            for outcome, count in sent.ended.items():
                ended.add_metric((process, form, outcome), count)
    return [playing, ended, *sums.values()]

"""Builders for evidence: an export of the fake recordings, and its package on disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bongsu.core.export import Export, ExportState, ExportStep, Job
from bongsu.core.grant import Basis
from bongsu.video.evidence.build import build
from bongsu.video.evidence.key import evidence_key
from fakes.desk import NOON
from fakes.recordings import FakeRecordings, at


def when(seconds: float) -> datetime:
    return datetime.fromtimestamp(at(seconds) / 1_000_000, UTC)


def an_export(begin: float = 0.0, end: float = 3.0, cameras: tuple[str, ...] = ("C1",), **fields: Any) -> Export:
    told: dict[str, Any] = {
        "id": "E-20261122-00001",
        "version": 2,
        "incident": "I-20261122-00001",
        "basis": Basis.URGENT_LIFE,
        "reason": "실종 아동 수색",
        "asked_by": "kim",
        "state": ExportState.APPROVED,
        "steps": (
            ExportStep(state=ExportState.ASKED, at=NOON, by="kim", note="실종 아동 수색"),
            ExportStep(state=ExportState.APPROVED, at=NOON, by="lee", note="확인함"),
        ),
    } | fields
    return Export(cameras=cameras, since=when(begin), until=when(end), **told)


def a_job(export: Export | None = None, **fields: Any) -> Job:
    export = export or an_export()
    return Job(
        export=export, names={camera: f"시장 입구 {camera}" for camera in export.cameras}, city="달빛시", **fields
    )


def a_package(
    folder: Path,
    export: Export | None = None,
    recordings: FakeRecordings | None = None,
    tell: Callable[[float], None] = lambda _: None,
) -> Path:
    path = folder / "p.bongsu-evidence.zip"
    recordings = recordings or FakeRecordings(C1=[(0, 3)])
    build(a_job(export), recordings, path, key=evidence_key(folder), now=lambda: NOON, tell=tell)
    return path

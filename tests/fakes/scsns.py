"""Builders for SCSNS messages and partners, the ways partners write them, and a desk that takes reports."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from bongsu.core.errors import Conflict
from bongsu.core.report import Ack, Partner, Report
from bongsu.wires.scsns.envelope import FORM, JSON
from bongsu.wires.scsns.values import stamp

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
KEY = "a-key-that-is-long-enough-to-count"


def a_partner(**fields: Any) -> Partner:
    """The 112 room of a city."""
    return Partner(**({"code": "NPA112", "name": "112", "agency": "police112", "may_observe": True} | fields))


def a_body(**fields: Any) -> dict[str, Any]:
    """A robbery at the square."""
    return {
        "evtId": "NPAUC102",
        "evtNm": "강도",
        "ocrNbr": "20261122120000123",
        "ocrSts": "10",
        "ocrLc": {"crdntX": "127.1", "crdntY": "37.51", "crdntZ": "0"},
        "ocrPlc": "시장길 3",
        "ocrEvtCn": "칼을 든 남자",
        "ocrEvtTime": "20261122115950",
        "ocrEvtItem": [{"key": "status", "val": "Exercise"}],
    } | fields


def a_message(body: object = None, now: datetime = NOON, **fields: Any) -> dict[str, Any]:
    """An event message of 112."""
    return {
        "svcTy": "EVENT",
        "apSeq": {"apCurrent": "1", "apTotal": "1"},
        "sendCd": "NPA112",
        "rcvCd": "BONGSU",
        "encAt": "N",
        "reqDate": stamp(now),
        "sysCd": "IPC",
        "tranSysHis": [{"tranSysHis": "NPA112_IPC"}],
        "body": a_body() if body is None else body,
    } | fields


def as_json(message: dict[str, Any]) -> tuple[bytes, str]:
    """The message as JSON, with its content type."""
    return json.dumps(message, ensure_ascii=False).encode(), JSON


def as_form(message: dict[str, Any]) -> tuple[bytes, str]:
    """The message as a form: objects as JSON in strings, the body under a capital B."""
    fields = dict(message)
    fields["Body"] = fields.pop("body", fields.get("Body"))
    flat = {name: value if isinstance(value, str) else json.dumps(value) for name, value in fields.items()}
    return urlencode(flat).encode(), FORM


class FakeDesk:
    """Takes reports, answers a retry with the first answer, and can be told to fail."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.acks: dict[tuple[str, str], tuple[str, Ack]] = {}
        self.fails: Exception | None = None

    async def take(self, report: Report) -> Ack:
        if self.fails is not None:
            raise self.fails
        known = self.acks.get((report.sender, report.key))
        if known is not None:
            digest, ack = known
            if digest != report.digest:
                raise Conflict("report.conflict")
            return Ack(seq=ack.seq, incident=ack.incident, duplicate=True)
        self.reports.append(report)
        ack = Ack(seq=len(self.reports), incident=f"I-{len(self.reports)}")
        self.acks[(report.sender, report.key)] = (report.digest, ack)
        return ack


class Clock:
    """A clock that goes only when told."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

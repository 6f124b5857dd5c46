"""The event in an SCSNS message: what happened, where, in which state; and the key that knows it again."""

from __future__ import annotations

import hashlib
from datetime import datetime

import msgspec

from bongsu.core.report import Step
from bongsu.wires.scsns.results import TAGS, Result, refusal
from bongsu.wires.scsns.values import (
    Fields,
    opened,
    plain,
    read_name,
    read_number,
    read_object,
    read_text,
    read_time,
    stamp,
)

STEP_NAMES = {
    Step.OCCURRED: "발생",
    Step.CHANGED: "변경",
    Step.RELEASED: "해제",
    Step.CANCELLED: "취소",
    Step.ENDED: "종료",
}
MAX_ITEMS = 256


class Item(msgspec.Struct, frozen=True):
    """One of the event's own key and value pairs (ocrEvtItem)."""

    key: str
    val: str


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An event body read; times are Korean, coordinates degrees as sent (crdntX is the longitude)."""

    event_id: str
    occurrence: str
    step: Step
    name: str = ""
    grade: str = ""
    lon: float | None = None
    lat: float | None = None
    height: float | None = None
    place: str = ""
    content: str = ""
    occurred_at: datetime | None = None
    step_text: str = ""
    user_id: str = ""
    user_name: str = ""
    stated_at: datetime | None = None
    ended_at: datetime | None = None
    items: tuple[Item, ...] = ()
    detail: str = ""
    detail_text: str = ""

    def find(self, key: str) -> str:
        """The value of the first item of this key, "" when there is none."""
        return next((item.val for item in self.items if item.key == key), "")


def read_event(body: object) -> Event:
    """Read an event body. Raises Invalid with 4101 (evtId, ocrNbr, ocrSts missing) or 4102 (wrong type)."""
    if body is None or body == "":
        raise refusal(Result.MISSING, "missing", field="body")
    if not isinstance(body, dict):
        raise refusal(Result.BAD_REQUEST, "not_json", field="body")
    status = read_object(body, "ocrEvtSts")
    place = read_object(body, "ocrLc")
    user, detail = _user(body), read_object(body, "ocrEvtDtl")
    return Event(
        event_id=read_name(body, "evtId"),
        occurrence=read_name(body, "ocrNbr"),
        step=_step(body, status),
        name=read_text(body, "evtNm"),
        grade=read_text(body, "evtGrad"),
        lon=read_number(place, "crdntX"),
        lat=read_number(place, "crdntY"),
        height=read_number(place, "crdntZ"),
        place=read_text(body, "ocrPlc"),
        content=read_text(body, "ocrEvtCn"),
        occurred_at=read_time(body, "ocrEvtTime"),
        step_text=read_text(status, "ocrEvtStsDtl"),
        user_id=read_text(user, "ocrEvtUsrId"),
        user_name=read_text(user, "ocrEvtUsrNm"),
        stated_at=read_time(body, "ocrEvtStsTime"),
        ended_at=read_time(body, "ocrEvtEndTime"),
        items=_items(body),
        detail=read_text(detail, "ocrEvtDtlCd"),
        detail_text=read_text(detail, "ocrEvtDtlCdDtl"),
    )


def _user(body: Fields) -> Fields:
    """Who set the status: the sending code writes ocrEvtStsUsr, the published sample ocrEvtUsr."""
    return read_object(body, "ocrEvtStsUsr") or read_object(body, "ocrEvtUsr")


def _step(body: Fields, status: Fields) -> Step:
    text = read_text(body, "ocrSts") or read_text(status, "ocrEvtStsCd")
    if not text:
        raise refusal(Result.MISSING, "missing", field="ocrSts")
    try:
        return Step(text)
    except ValueError:
        raise refusal(Result.WRONG_TYPE, "wrong_type", field="ocrSts") from None


def _items(body: Fields) -> tuple[Item, ...]:
    value = opened(body.get("ocrEvtItem"), "ocrEvtItem")
    if value is None or value == "":
        return ()
    rows = [value] if isinstance(value, dict) else value
    if not isinstance(rows, list) or len(rows) > MAX_ITEMS:
        raise refusal(Result.WRONG_TYPE, "wrong_type", field="ocrEvtItem")
    return tuple(_item(row) for row in rows)


def _item(row: object) -> Item:
    if not isinstance(row, dict):
        raise refusal(Result.WRONG_TYPE, "wrong_type", field="ocrEvtItem")
    value = row.get("val")
    loose = isinstance(value, bool | float | list | dict)
    return Item(
        key=plain(row.get("key"), "ocrEvtItem"),
        val=msgspec.json.encode(value).decode() if loose else plain(value, "ocrEvtItem"),
    )


def build_event(event: Event) -> dict[str, object]:
    """The event body as it goes out, tags included; times to the second."""
    return {
        **TAGS,
        "evtId": event.event_id,
        "evtNm": event.name,
        "evtGrad": event.grade or "10",
        "ocrNbr": event.occurrence,
        "ocrSts": event.step.value,
        "ocrLc": {"crdntX": _number(event.lon), "crdntY": _number(event.lat), "crdntZ": _number(event.height) or "0"},
        "ocrPlc": event.place,
        "ocrEvtCn": event.content,
        "ocrEvtTime": _stamp(event.occurred_at),
        "ocrEvtSts": {"ocrEvtStsCd": event.step.value, "ocrEvtStsDtl": event.step_text or STEP_NAMES[event.step]},
        "ocrEvtStsUsr": {"ocrEvtUsrId": event.user_id, "ocrEvtUsrNm": event.user_name},
        "ocrEvtStsTime": _stamp(event.stated_at),
        "ocrEvtEndTime": _stamp(event.ended_at),
        "ocrEvtItemCnt": str(len(event.items)),
        "ocrEvtItem": [{"key": item.key, "val": item.val} for item in event.items],
        "ocrEvtDtl": {"ocrEvtDtlCd": event.detail, "ocrEvtDtlCdDtl": event.detail_text},
    }


def _number(value: float | None) -> str:
    return "" if value is None else repr(value)


def _stamp(when: datetime | None) -> str:
    return "" if when is None else stamp(when)


def digest(event: Event) -> str:
    """SHA-256 of what the event says, the same in whichever variant it was written; envelope fields stay out."""
    ordered = msgspec.structs.replace(event, items=tuple(sorted(event.items, key=lambda item: (item.key, item.val))))
    return hashlib.sha256(msgspec.json.encode(ordered)).hexdigest()


def message_key(sender: str, event: Event) -> str:
    """The idempotency key: the case, its status and the hash of the body; a retry has the same, new news another."""
    return f"{name_case(sender, event)}/{event.step}/{digest(event)}"


def name_case(sender: str, event: Event) -> str:
    """The name of an occurrence, `sendCd/evtId/ocrNbr` with slashes inside the parts escaped."""
    return "/".join(_escape(part) for part in (sender, event.event_id, event.occurrence))


def split_case(name: str) -> tuple[str, str, str] | None:
    """sendCd, evtId and ocrNbr from a name; None when it names something that did not come over this wire."""
    parts = name.split("/")
    if len(parts) != 3:
        return None
    sender, event_id, occurrence = (part.replace("%2F", "/").replace("%25", "%") for part in parts)
    return sender, event_id, occurrence


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("/", "%2F")

"""What a detection comes to: a report by the platform itself, heard like anybody's."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec

from bongsu.core.detection import Detection, Phase
from bongsu.core.report import Report, Status, Step
from bongsu.core.words import say, table
from bongsu.desk.figures import figure, told_apart

NO_KIND = ""
MEASURED = frozenset({"result", "limit", "mean", "baseline"})
"""What stands in a sentence in the unit of its property; other numbers are hours, minutes and seconds."""


def report_of(detection: Detection, *, sender: str, language: str, now: datetime) -> Report | None:
    """The report of a detection by `sender`, our own code, in the city's language; None where nobody is to be alarmed.

    The end of a danger is told as a change of its case: a sensor that is quiet again does not close what people
    have begun to work on. One danger is one case, and a detection told twice is one report. What a drill's device told
    is an exercise.
    """
    if detection.kind == NO_KIND:
        return None
    occurrence = f"{detection.rule}:{detection.site}:{detection.began_ms}"
    began = _moment(detection.began_ms)
    return Report(
        sender=sender,
        key=f"{occurrence}:{detection.phase.value}",
        digest=hashlib.sha256(msgspec.json.encode(detection)).hexdigest(),
        occurrence=occurrence,
        step=Step.OCCURRED if detection.phase is Phase.BEGAN else Step.CHANGED,
        kind=detection.kind,
        severity=detection.severity,
        received_at=now,
        occurred_at=began,
        stated_at=_moment(detection.at_ms),
        where=detection.where,
        text=sentence(detection, language),
        status=Status.EXERCISE if detection.exercise else Status.ACTUAL,
    )


def sentence(detection: Detection, language: str) -> str:
    """What was found, in words: which site, and what was measured there."""
    told = say(f"detection.{detection.cause}", language, site=detection.site, **_spoken(detection.values, language))
    return say("detection.over", language, told=told) if detection.phase is Phase.OVER else told


def _spoken(values: Mapping[str, str | float], language: str) -> dict[str, str | float]:
    """The values rounded and with their units, properties by their names; one without a word as it is written."""
    words, name = table(language), str(values.get("property", ""))
    numbers = {key: float(value) for key, value in values.items() if not isinstance(value, str)}
    told = told_apart({key: value for key, value in numbers.items() if key in MEASURED}, name, language)
    spoken = {**values, **{key: figure(value) for key, value in numbers.items()}, **told}
    for name in ("property", "properties"):
        if name in values:
            codes = str(values[name]).split(", ")
            spoken[name] = ", ".join(words.get(f"property.{code}", code) for code in codes)
    return spoken


def _moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)

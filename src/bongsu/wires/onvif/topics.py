"""Which property each topic of an ONVIF camera is an observation of (Profiles T and M).

A row: the topic without prefixes, the data item that carries the result ("" means that it happened), the property.
"""

from __future__ import annotations

from collections.abc import Iterator

from bongsu.core.observation import Observation
from bongsu.wires.onvif.records import Notified

TOPICS: dict[str, tuple[str, str]] = {
    "VideoSource/MotionAlarm": ("State", "motion"),
    "RuleEngine/CellMotionDetector/Motion": ("IsMotion", "motion"),
    "RuleEngine/MotionRegionDetector/Motion": ("State", "motion"),
    "VideoSource/GlobalSceneChange/ImagingService": ("State", "tamper"),
    "VideoSource/GlobalSceneChange/AnalyticsService": ("State", "tamper"),
    "RuleEngine/TamperDetector/Tamper": ("IsTamper", "tamper"),
    "VideoSource/ImageTooBlurry/ImagingService": ("State", "picture.blurry"),
    "VideoSource/ImageTooDark/ImagingService": ("State", "picture.dark"),
    "VideoSource/ImageTooBright/ImagingService": ("State", "picture.bright"),
    "VideoSource/SignalLoss": ("State", "signal.lost"),
    "RuleEngine/LineDetector/Crossed": ("", "line.crossed"),
    "RuleEngine/FieldDetector/ObjectsInside": ("IsInside", "field.occupied"),
    "RuleEngine/LoiteringDetector/ObjectIsLoitering": ("", "loitering"),
    "RuleEngine/CountAggregation/Counter": ("Count", "objects.count"),
    "RuleEngine/Recognition/Face": ("", "face.seen"),
    "RuleEngine/Recognition/LicensePlate": ("", "plate.seen"),
    "AudioAnalytics/Audio/DetectedSound": ("IsSoundDetected", "sound.detected"),
    "Device/Trigger/DigitalInput": ("LogicalState", "input.closed"),
}
"""Whose face or which plate it was stays in the camera: only that one was seen is an observation."""

COUNTS = frozenset({"Count"})
MOST_COUNT = 1e15
_TRUTH = {"true": True, "1": True, "false": False, "0": False}
FEATURES = ("Rule", "VideoSourceConfigurationToken", "Source", "InputToken", "VideoSourceToken")


def observations_of(camera: str, told: Notified, at_ms: int) -> Iterator[Observation]:
    """The observation a notification is, if its topic is in the table; `at_ms` is by our clock, not the camera's."""
    row = TOPICS.get(told.topic)
    if row is None:
        return
    item, name = row
    result = _result(item, told.data.get(item, "")) if item else True
    if result is None:
        return
    feature = next((told.source[key] for key in FEATURES if key in told.source), "")
    yield Observation(camera, name, result, at_ms, feature)


def _result(item: str, text: str) -> float | bool | None:
    """A count as a number, everything else as true or false (cameras write "1" as well); None when it is neither."""
    if item not in COUNTS:
        return _TRUTH.get(text.strip().lower())
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < MOST_COUNT else None

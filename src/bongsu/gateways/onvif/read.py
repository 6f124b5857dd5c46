"""Answers of the SOAP library as our own records; whatever has another shape is Unavailable("camera.onvif.garbled")."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from bongsu.core.errors import Unavailable
from bongsu.wires.onvif.records import Notified, Preset, StreamProfile

MOST = 64
MOST_CHARS = 200


def profiles(told: Any) -> tuple[StreamProfile, ...]:
    """The profiles of Media (Profile S) that carry video, without their addresses."""
    with_video = [one for one in told or () if getattr(one, "VideoEncoderConfiguration", None) is not None]
    return tuple([_profile(one) for one in with_video[:MOST]])


def _profile(one: Any) -> StreamProfile:
    video = one.VideoEncoderConfiguration
    size = video.Resolution
    return StreamProfile(
        token=str(one.token),
        name=_short(one.Name),
        width=int(size.Width),
        height=int(size.Height),
        codec=str(video.Encoding),
        uri="",
    )


def profiles_2(told: Any) -> tuple[StreamProfile, ...]:
    """The profiles of Media 2 (Profile T) that carry video, without their addresses."""
    try:
        return tuple([_profile_2(one) for one in (told or ())[:MOST] if _encoder(one) is not None])
    except (AttributeError, TypeError, ValueError):
        raise Unavailable("camera.onvif.garbled") from None


def _profile_2(one: Any) -> StreamProfile:
    video = _encoder(one)

    def text(name: str) -> str:
        return video.findtext(f".//{{*}}{name}") or "0"

    wide, high = int(text("Width")), int(text("Height"))
    return StreamProfile(
        token=str(one.token), name=_short(one.Name), width=wide, height=high, codec=text("Encoding"), uri=""
    )


def _encoder(one: Any) -> Any:
    found = (part.find(".//{*}VideoEncoder") for part in one._value_1 or ())
    return next((video for video in found if video is not None), None)


def with_uri(profile: StreamProfile, uri: str) -> StreamProfile:
    """The profile with its address; a login that a camera writes into it is left out."""
    parts = urlsplit(uri.strip())
    return replace(profile, uri=parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl())


def presets(told: Any) -> tuple[Preset, ...]:
    """The presets that have a token."""
    named = [one for one in told or () if one.token]
    return tuple([Preset(token=str(one.token), name=_short(one.Name or one.token)) for one in named[:MOST]])


def reference(told: Any) -> str:
    """The address of a pull point."""
    try:
        return str(told.SubscriptionReference.Address._value_1)
    except AttributeError:
        raise Unavailable("camera.onvif.garbled") from None


def notifications(told: Any) -> tuple[Notified, ...]:
    """What a pull brought; a message of another shape is passed over."""
    return tuple([one for message in told.NotificationMessage or () for one in _notified(message)])


def _notified(message: Any) -> Iterator[Notified]:
    try:
        inner = message.Message._value_1
        topic = "/".join(part.rpartition(":")[2] for part in str(message.Topic._value_1).strip().split("/"))
        yield Notified(
            topic=topic[:MOST_CHARS],
            source=_items(inner.Source),
            data=_items(inner.Data),
            at_ms=_ms(inner.UtcTime),
        )
    except (AttributeError, TypeError, ValueError):
        return


def _items(group: Any) -> dict[str, str]:
    found = (group.SimpleItem or [])[:MOST] if group is not None else []
    return {_short(item.Name): _short(item.Value) for item in found}


def _ms(at: datetime) -> int:
    """Unix milliseconds; a time without a zone is UTC, as its name says (UtcTime)."""
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)


def _short(text: object) -> str:
    return str(text or "")[:MOST_CHARS]

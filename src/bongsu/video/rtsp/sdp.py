"""What a camera says of its video before it sends it (SDP, RFC 8866; H.264 RFC 6184 8.2, H.265 RFC 7798 7)."""

from __future__ import annotations

import base64
import binascii
import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction

import msgspec

from bongsu.video.codec import NotVideo, Unsupported

_NAMES = {"H264": "h264", "H265": "hevc", "HEVC": "hevc"}
_SETS = {"h264": ("sprop-parameter-sets",), "hevc": ("sprop-vps", "sprop-sps", "sprop-pps")}


class Media(msgspec.Struct, frozen=True):
    """The video of a description.

    `family` is "h264" or "hevc", `payload` the RTP payload type, `tick_s` the seconds of one tick of its stamps,
    `control` where it is asked for and `whole` where all of the description is, as written ("" where nothing is), and
    `sets` the parameter sets told beforehand (NAL units).
    """

    family: str
    payload: int
    tick_s: Fraction
    control: str
    whole: str
    sets: tuple[bytes, ...]


def read(text: str) -> Media:
    """The first video described. Raises NotVideo, and Unsupported where it is in no codec we pass through."""
    described = [line.strip() for line in text.splitlines()]
    lines = _video(described)
    words = lines[0].split()
    if len(words) < 4 or not words[3].isdecimal():
        raise NotVideo
    payload = words[3]
    encoding, _, clock = _of(lines, "rtpmap", payload).partition("/")
    family = _NAMES.get(encoding.strip().upper())
    hz = clock.partition("/")[0].strip()
    if family is None or not hz.isdecimal() or not 0 < int(hz) <= 2**31:
        raise Unsupported(encoding or "no rtpmap")
    said = dict(_parameters(_of(lines, "fmtp", payload)))
    if said.get("packetization-mode") == "2" or said.get("sprop-max-don-diff", "0") != "0":
        raise Unsupported("interleaved packets")
    sets = tuple(nal for name in _SETS[family] for nal in _nals(said.get(name, "")))
    whole = _control(itertools.takewhile(lambda line: not line.startswith("m="), described))
    return Media(family, int(payload), Fraction(1, int(hz)), _control(lines), whole, sets)


def _control(lines: Iterable[str]) -> str:
    return next((line[10:].strip() for line in lines if line.startswith("a=control:")), "")


def _video(described: list[str]) -> list[str]:
    """The lines of the first video, its m= line the first."""
    medias: list[list[str]] = []
    for line in described:
        if line.startswith("m="):
            medias.append([line])
        elif medias:
            medias[-1].append(line)
    found = next((lines for lines in medias if lines[0].startswith("m=video")), None)
    if found is None:
        raise NotVideo
    return found


def _of(lines: list[str], name: str, payload: str) -> str:
    begin = f"a={name}:{payload} "
    return next((line[len(begin) :].strip() for line in lines if line.startswith(begin)), "")


def _parameters(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(";"):
        name, _, value = part.strip().partition("=")
        yield name.lower(), value.strip()


def _nals(text: str) -> Iterator[bytes]:
    """Those that can be read: a camera that spoils its own SDP may still send them in the stream."""
    for part in filter(None, text.split(",")):
        try:
            nal = base64.b64decode(part + "=" * (-len(part) % 4))
        except (binascii.Error, ValueError):
            continue
        if nal:
            yield nal

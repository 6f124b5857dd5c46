"""What the bytes of a register say as text: cp949, UTF-8 or UTF-16, or a clear word that they are no text."""

from __future__ import annotations

import codecs

import msgspec

from bongsu.core.errors import Invalid

SIGNATURES = (
    (b"PK\x03\x04", "ZIP/XLSX"),
    (b"PK\x05\x06", "ZIP"),
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "XLS/HWP"),
    (b"\x1f\x8b", "GZIP"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"SQLite format 3\x00", "SQLite"),
    (b"<!doctype html", "HTML"),
    (b"<html", "HTML"),
    (b"<?xml", "XML"),
)
"""How other things that get named .csv begin (compared in lower case)."""

MAX_BROKEN_SHARE = 0.02
"""More undecodable characters than this and the file is not text with a few faults but something else."""


class Decoded(msgspec.Struct, frozen=True):
    """The text and the encoding it was in; bytes that would not decode stand as lone surrogates."""

    text: str
    encoding: str


def decode(data: bytes) -> Decoded:
    """Read the bytes as text.

    Raises Invalid("table.empty"), ("table.not_csv" with what it is and the byte) or ("table.not_text" with the
    first byte that no Korean encoding explains).
    """
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, what in SIGNATURES:
        if head.startswith(signature.lower()):
            raise Invalid("table.not_csv", what=what, byte=0)
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        decoded = Decoded(data.decode("utf-16", "replace"), "utf-16")
    else:
        decoded = _decode_bytes(data)
    if not decoded.text.strip("\ufeff \t\r\n\x1a"):
        raise Invalid("table.empty")
    return decoded


def has_broken_bytes(text: str) -> bool:
    """Tell whether some byte of this text would not decode."""
    return any("\udc80" <= char <= "\udcff" for char in text)


def presentable(text: str) -> str:
    """The text with undecodable bytes shown as U+FFFD, fit for a report."""
    return text.encode("utf-8", "replace").decode("utf-8") if has_broken_bytes(text) else text


def _decode_bytes(data: bytes) -> Decoded:
    if (at := data.find(b"\x00")) >= 0:
        raise Invalid("table.not_csv", what="binary", byte=at)
    encodings = ("utf-8-sig", "cp949")
    for encoding in encodings:
        try:
            return Decoded(data.decode(encoding), encoding.removesuffix("-sig"))
        except UnicodeDecodeError:
            continue
    texts = [(data.decode(encoding, "surrogateescape"), encoding) for encoding in encodings]
    broken, text, encoding = min((_count_broken(text), text, encoding) for text, encoding in texts)
    if broken > MAX_BROKEN_SHARE * len(text) + 1:
        raise Invalid("table.not_text", byte=_first_bad_byte(data, encoding))
    return Decoded(text, encoding.removesuffix("-sig"))


def _count_broken(text: str) -> int:
    return len(text.encode("utf-8", "surrogateescape")) - len(text.encode("utf-8", "ignore"))


def _first_bad_byte(data: bytes, encoding: str) -> int:
    try:
        data.decode(encoding)
    except UnicodeDecodeError as problem:
        return problem.start
    return 0

"""MQTT 3.1.1 packets, those a publisher needs (OASIS mqtt-v3.1.1, sections 2 and 3)."""

from __future__ import annotations

CONNACK, PUBLISH, PUBACK, SUBACK = 0x20, 0x30, 0x40, 0x90
PING = b"\xc0\x00"
GOODBYE = b"\xe0\x00"
RETAIN, ONCE_AT_LEAST = 0x01, 0x02


def connect(client: str, user: str, password: str, *, keep_alive_s: int = 60) -> bytes:
    """CONNECT with a clean session."""
    body = b"\x00\x04MQTT\x04\xc2" + keep_alive_s.to_bytes(2, "big")
    return _packet(0x10, body + _text(client) + _text(user) + _text(password))


def publish(topic: str, payload: bytes, *, number: int = 0, is_retained: bool = False) -> bytes:
    """PUBLISH; with a packet's `number` it is acknowledged (QoS 1)."""
    flags = (RETAIN if is_retained else 0) | (ONCE_AT_LEAST if number else 0)
    return _packet(PUBLISH | flags, _text(topic) + (number.to_bytes(2, "big") if number else b"") + payload)


def subscribe(number: int, topic: str) -> bytes:
    """SUBSCRIBE at QoS 0."""
    return _packet(0x82, number.to_bytes(2, "big") + _text(topic) + b"\x00")


def length(size: int) -> bytes:
    """A remaining length, seven bits a byte."""
    out = bytearray()
    while True:
        size, low = divmod(size, 128)
        out.append(low | (128 if size else 0))
        if not size:
            return bytes(out)


def _packet(kind: int, body: bytes) -> bytes:
    return bytes([kind]) + length(len(body)) + body


def _text(value: str) -> bytes:
    raw = value.encode()
    return len(raw).to_bytes(2, "big") + raw

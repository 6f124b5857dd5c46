"""Session keys of SCSNS partners: signed, not stored, so a partner that signs in for every message costs nothing."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import datetime

from bongsu.core.report import Partner


class Sessions:
    """Hands out and knows again session keys; a new `secret` (at each start) makes all older keys worthless."""

    def __init__(self, secret: bytes, life_s: float) -> None:
        self._secret = secret
        self._life_s = life_s
        self._partners: dict[str, Partner] = {}

    def open(self, partner: Partner, now: datetime) -> str:
        """A session key for this partner, good for `life_s` seconds from now."""
        self._partners[partner.code] = partner
        body = f"{int(now.timestamp() + self._life_s)}.{partner.code}"
        return f"{self._sign(body)}.{body}"

    def find(self, key: str, now: datetime) -> Partner | None:
        """Whose key this is; None when it is forged, too old or from before a restart. Compared in constant time."""
        signature, _, body = key.partition(".")
        if not hmac.compare_digest(signature.encode(), self._sign(body).encode()):
            return None
        until, _, code = body.partition(".")
        return self._partners.get(code) if now.timestamp() < int(until) else None

    def _sign(self, body: str) -> str:
        mac = hmac.new(self._secret, body.encode(), hashlib.sha256).digest()
        return urlsafe_b64encode(mac).decode().rstrip("=")

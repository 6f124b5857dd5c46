"""The key a partner shows in the Authorization header (RFC 6750)."""

from __future__ import annotations

SCHEME = "bearer"


def read_bearer(header: str) -> str:
    """The key in an Authorization header, "" when it holds none."""
    scheme, _, key = header.strip().partition(" ")
    return key.strip() if scheme.lower() == SCHEME else ""

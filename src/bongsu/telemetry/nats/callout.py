"""Who connects is judged here: the server asks us, and does as the signed answer says (NATS auth callout, ADR-26)."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import msgspec

from bongsu.core.subject import token_of
from bongsu.telemetry.nats.credentials import Role
from bongsu.telemetry.nats.nkey import Signer, claims_of

SUBJECT = "$SYS.REQ.USER.AUTH"

RoleOf = Callable[[str, str], Role | None]
"""What a name and its secret may do."""


class _Connect(msgspec.Struct, frozen=True, rename={"user": "user", "password": "pass"}):
    user: str = ""
    password: str = ""


class _Server(msgspec.Struct, frozen=True):
    id: str


class _Asked(msgspec.Struct, frozen=True):
    server_id: _Server
    user_nkey: str
    connect_opts: _Connect = _Connect()


class _Request(msgspec.Struct, frozen=True):
    nats: _Asked


def answer(request: bytes, signer: Signer, account: str, role_of: RoleOf, *, now_s: int | None = None) -> bytes:
    """The signed answer to one request to connect, b"" where it cannot be read: then the server lets nobody in."""
    try:
        asked = msgspec.convert(claims_of(request), _Request).nats
    except (ValueError, msgspec.MsgspecError):
        return b""
    now_s = int(time.time()) if now_s is None else now_s
    user, role = asked.connect_opts.user, role_of(asked.connect_opts.user, asked.connect_opts.password)
    told: dict[str, Any] = {"type": "authorization_response", "version": 2}
    if role is None:
        told["error"] = "credentials"
    else:
        claims = {"aud": account, "sub": asked.user_nkey, "name": user, "nats": _permissions(user, role)}
        told["jwt"] = signer.sign(claims, now_s=now_s)
    claims = {"aud": asked.server_id.id, "sub": asked.user_nkey, "nats": told}
    return signer.sign(claims, now_s=now_s).encode()


def _permissions(name: str, role: Role) -> dict[str, Any]:
    """A device and a gateway publish readings under their own name alone, a reader reads latest values alone.

    The stream itself is nobody's to read.
    """
    token = token_of(name)
    inbox = f"_INBOX.{token}.>"
    publish = {"deny": [">"]} if role is Role.READER else {"allow": [f"readings.*.{token}"]}
    # The topic filter `latest/#` is about `latest` too.
    subscribe = {"allow": [inbox, *(["latest", "latest.>"] if role is Role.READER else [])]}
    return {
        "pub": publish, "sub": subscribe, "subs": 16, "data": -1, "payload": -1, "type": "user", "version": 2,
    }  # fmt: skip

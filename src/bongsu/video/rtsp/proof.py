"""How we prove ourselves to a camera: Digest, or Basic where it knows no better (RFC 7616, 7617)."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Sequence

import msgspec

from bongsu.core.login import Login

_WORD = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
_HASHES = {"md5": hashlib.md5, "sha-256": hashlib.sha256}


class Challenge(msgspec.Struct, frozen=True):
    """What a camera wants to be answered: its scheme in lower case and the words of its challenge."""

    scheme: str
    words: dict[str, str]

    @property
    def algorithm(self) -> str:
        """The digest's hash, in lower case."""
        return self.words.get("algorithm", "MD5").lower()


def choose(headers: Sequence[str]) -> Challenge | None:
    """The best challenge among WWW-Authenticate headers that we can answer, None where there is none."""
    found = [_challenge(header) for header in headers]
    known = [one for one in found if one.scheme == "basic" or (one.scheme == "digest" and one.algorithm in _HASHES)]
    return max(known, key=lambda one: (one.scheme, one.algorithm), default=None)


def answer(challenge: Challenge, login: Login, method: str, uri: str, nonce: Callable[[], str], count: int = 1) -> str:
    """The Authorization header for a request; `nonce` makes ours, `count` is how often the camera's was used."""
    if challenge.scheme == "basic":
        return "Basic " + base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
    words = challenge.words
    realm, theirs = words.get("realm", ""), words.get("nonce", "")

    def hashed(*parts: str) -> str:
        return _HASHES[challenge.algorithm](":".join(parts).encode()).hexdigest()

    secret, what = hashed(login.user, realm, login.password), hashed(method, uri)
    told = {"username": login.user, "realm": realm, "nonce": theirs, "uri": uri}
    if "auth" in re.split(r"[\s,]+", words.get("qop", "")):
        ours, uses = nonce(), f"{count:08x}"
        proof = hashed(secret, theirs, uses, ours, "auth", what)
        plain = f", qop=auth, nc={uses}"
        told |= {"cnonce": ours}
    else:
        proof, plain = hashed(secret, theirs, what), ""
    told |= {"response": proof} | {name: words[name] for name in ("opaque",) if name in words}
    if "algorithm" in words:
        plain += f", algorithm={words['algorithm']}"
    return "Digest " + ", ".join(f'{name}="{_quoted(value)}"' for name, value in told.items()) + plain


def _challenge(header: str) -> Challenge:
    scheme, _, rest = header.strip().partition(" ")
    words = {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or bare for name, quoted, bare in _WORD.findall(rest)}
    return Challenge(scheme.lower(), words)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')

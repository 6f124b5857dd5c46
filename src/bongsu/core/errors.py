"""Errors named for what the caller does next; each carries a code, a words key and the facts to fill it.

`code` is the stable name partners and tests match on; people read `words` through the tables in
`core/words_{ko,en}.json`. HTTP statuses are mapped once, in `web/errors.py`.
"""

from __future__ import annotations


class BongsuError(Exception):
    """Something the caller can act on; `code` names it, `facts` fill its sentence."""

    def __init__(self, code: str, **facts: object) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class Invalid(BongsuError):
    """The input is wrong: correct it and send it again (422)."""


class NotFound(BongsuError):
    """There is no such thing (404)."""


class Refused(BongsuError):
    """You may not do this; the refusal is on the ledger (403)."""


class Unknown(BongsuError):
    """We do not know who you are: sign in or authenticate (401)."""


class Conflict(BongsuError):
    """It collides with what already stands (409)."""


class TooMuch(BongsuError):
    """Too large or too fast: wait or send less (413, 429)."""


class Unavailable(BongsuError):
    """Not now; the same request may go through later (503)."""

"""Who is signed in: passwords and one-time links become sessions, and every sign-in and failure is on the ledger.

A session is a random token in a cookie; only its SHA-256 is kept. Sessions are held in memory (the core is their
only writer) and in the store, so that a restart signs nobody out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

from msgspec.structs import replace

from bongsu.access.password import Passwords
from bongsu.access.patience import Patience
from bongsu.core.clock import Monotonic, Now
from bongsu.core.errors import Unknown
from bongsu.core.ledger import Act, LedgerRow
from bongsu.core.person import Session, User
from bongsu.core.revision import Record, RecordKind, Revision, Staff

TOKEN_BYTES = 32
SESSION_ID_BYTES = 16
SESSION_LASTS = timedelta(hours=12)
LINK_LASTS = timedelta(hours=24)
PASSWORD_AT_MOST = 1024

Note = Callable[[LedgerRow], Awaitable[int]]
Chance = Callable[[int], str]
"""A URL-safe text made of this many random bytes (`secrets.token_urlsafe`)."""


class People(Protocol):
    """Where users, sessions and links are kept; tokens and codes come as SHA-256 hex digests."""

    async def find_user(self, name: str) -> User | None: ...  # noqa: D102 - the protocol's names say it
    async def find_user_by_id(self, user_id: str) -> User | None: ...  # noqa: D102
    async def put_session(self, digest: str, session: Session) -> None: ...  # noqa: D102
    async def drop_session(self, digest: str) -> None: ...  # noqa: D102
    async def list_sessions(self, now: datetime) -> Mapping[str, Session]: ...  # noqa: D102
    async def put_link(self, digest: str, user_id: str, until: datetime) -> None: ...  # noqa: D102
    async def take_link(self, digest: str, now: datetime) -> str | None: ...  # noqa: D102


class Identity:
    """The sessions of this platform. `open()` it before use."""

    def __init__(
        self, people: People, note: Note, *, now: Now, monotonic: Monotonic, chance: Chance, passwords: Passwords
    ) -> None:
        self._people = people
        self._note = note
        self._now = now
        self._chance = chance
        self._passwords = passwords
        self._patience = Patience(monotonic)
        self._by_digest: dict[str, Session] = {}
        self._digests: dict[str, str] = {}

    async def open(self) -> None:
        """Bring back the sessions of before the restart."""
        for digest, session in (await self._people.list_sessions(self._now())).items():
            self._keep(digest, session)

    async def sign_in(self, name: str, password: str, origin: str) -> tuple[Session, str]:
        """A new session and its token. Raises Unknown (the same for a wrong name and a wrong password), TooMuch."""
        self._patience.spend((name, origin))
        user = await self._people.find_user(name)
        right = await self._passwords.match(user.password if user else "", password[:PASSWORD_AT_MOST])
        if user is None or user.suspended or not right:
            # What was typed as a name may be a password: only names that exist go on the ledger.
            who = user.id if user else "unknown"
            await self._note(self._row(Act.REFUSE, who=who, origin=origin, reason="sign_in.failed"))
            raise Unknown("sign_in.failed")
        self._patience.forget((name, origin))
        return await self._begin(user, origin, "password")

    async def make_link(self, user_id: str) -> str:
        """A code for `/in/<code>` that signs this user in once within 24 hours."""
        code = self._chance(TOKEN_BYTES)
        await self._people.put_link(digest_of(code), user_id, self._now() + LINK_LASTS)
        return code

    async def redeem(self, code: str, origin: str) -> tuple[Session, str]:
        """Use a one-time code up for a session and its token. Raises Unknown, TooMuch."""
        self._patience.spend(("link", origin))
        user_id = await self._people.take_link(digest_of(code), self._now())
        user = await self._people.find_user_by_id(user_id) if user_id else None
        if user is None or user.suspended:
            await self._note(self._row(Act.REFUSE, who="unknown", origin=origin, reason="link.used"))
            raise Unknown("link.used")
        self._patience.forget(("link", origin))
        return await self._begin(user, origin, "link")

    def find(self, token: str) -> Session | None:
        """The running session of a token."""
        session = self._by_digest.get(digest_of(token)) if token else None
        return session if session is not None and self._now() < session.until else None

    def is_running(self, session_id: str) -> bool:
        """Tell whether this session still stands."""
        digest = self._digests.get(session_id)
        return digest is not None and self._now() < self._by_digest[digest].until

    def running(self) -> tuple[Session, ...]:
        """Every session that stands."""
        now = self._now()
        return tuple(session for session in self._by_digest.values() if now < session.until)

    def forget(self, session: Session) -> str:
        """End a session here and now; what it leaves behind in the store goes with `bury` of the answer."""
        digest = self._digests.pop(session.id, "")
        self._by_digest.pop(digest, None)
        return digest

    def shut_out(self, revision: Revision) -> tuple[Session, ...]:
        """End, here and now, every session that a user's record no longer allows; which those were.

        Their time is up at once, and so they are buried with those that lapsed.
        """
        now, staff = self._now(), revision.body
        ended = [
            (digest, session)
            for digest, session in self._by_digest.items()
            if revision.kind is RecordKind.USER and session.user == revision.id and not _is_let_in(session, staff)
        ]
        for digest, session in ended:
            self._by_digest[digest] = replace(session, until=min(now, session.until))
        return tuple(session for _, session in ended)

    async def bury(self, digest: str, session: Session, reason: str) -> None:
        """Remove an ended session from the store, on the ledger."""
        row = self._row(Act.SIGN_OUT, session=session, origin=session.origin, reason=reason)
        if digest:
            await self._people.drop_session(digest)
        await self._note(row)

    def lapsed(self) -> tuple[Session, ...]:
        """Sessions whose time is up and that nobody has ended yet."""
        now = self._now()
        return tuple(session for session in self._by_digest.values() if session.until <= now)

    async def _begin(self, user: User, origin: str, how: str) -> tuple[Session, str]:
        now = self._now()
        token = self._chance(TOKEN_BYTES)
        session = Session(
            id=self._chance(SESSION_ID_BYTES),
            user=user.id,
            name=user.name,
            role=user.role,
            agency=user.agency,
            origin=origin,
            since=now,
            until=now + SESSION_LASTS,
        )
        await self._note(self._row(Act.SIGN_IN, session=session, origin=origin, reason=how))
        await self._people.put_session(digest_of(token), session)
        self._keep(digest_of(token), session)
        return session, token

    def _keep(self, digest: str, session: Session) -> None:
        self._by_digest[digest] = session
        self._digests[session.id] = digest

    def _row(self, act: Act, *, origin: str, reason: str, who: str = "", session: Session | None = None) -> LedgerRow:
        return LedgerRow(
            at=self._now(),
            act=act,
            who=session.user if session else who,
            agency=session.agency if session else "",
            origin=origin,
            reason=reason,
            session=session.id if session else "",
        )


def _is_let_in(session: Session, staff: Record | None) -> bool:
    """Tell whether somebody still is who they were when they signed in."""
    if not isinstance(staff, Staff) or staff.suspended:
        return False
    return (staff.role, staff.agency) == (session.role, session.agency)


def digest_of(secret: str) -> str:
    """SHA-256 of a token or code, in hex: what the store keeps of it."""
    return hashlib.sha256(secret.encode()).hexdigest()

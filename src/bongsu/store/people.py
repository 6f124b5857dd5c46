"""Users, their sessions and one-time sign-in links. Tokens and codes are kept as digests only."""

from __future__ import annotations

from datetime import datetime

import msgspec
from sqlalchemy import Connection, Row, delete, select, update

from bongsu.core.errors import Conflict
from bongsu.core.person import Role, Session, User
from bongsu.core.revision import Staff
from bongsu.store import schema

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Session).decode


def add_user(connection: Connection, user: User) -> None:
    """Register a user; Conflict when the name is taken."""
    table = schema.users
    if connection.scalar(select(table.c.id).where(table.c.name == user.name)) is not None:
        raise Conflict("user.exists", name=user.name)
    connection.execute(
        table.insert().values(
            id=user.id,
            name=user.name,
            role=user.role.value,
            agency=user.agency,
            password=user.password,
            suspended=user.suspended,
        )
    )


def revise(connection: Connection, user_id: str, staff: Staff | None) -> None:
    """Make a user what their record says; a retired record suspends. Conflict when the name is another's."""
    table = schema.users
    if staff is None:
        connection.execute(update(table).where(table.c.id == user_id).values(suspended=True))
        return
    if connection.scalar(select(table.c.id).where(table.c.name == staff.name, table.c.id != user_id)) is not None:
        raise Conflict("user.exists", name=staff.name)
    fields = {"name": staff.name, "role": staff.role.value, "agency": staff.agency, "suspended": staff.suspended}
    known = connection.execute(update(table).where(table.c.id == user_id).values(fields)).rowcount
    if not known:
        connection.execute(table.insert().values(id=user_id, password="", **fields))


def find_user(connection: Connection, name: str) -> User | None:
    """The user of this name."""
    row = connection.execute(select(schema.users).where(schema.users.c.name == name)).first()
    return _user(row) if row is not None else None


def find_user_by_id(connection: Connection, user_id: str) -> User | None:
    """The user of this id."""
    row = connection.execute(select(schema.users).where(schema.users.c.id == user_id)).first()
    return _user(row) if row is not None else None


def list_users(connection: Connection) -> list[User]:
    """Everybody, by id."""
    return [_user(row) for row in connection.execute(select(schema.users).order_by(schema.users.c.id))]


def put_session(connection: Connection, digest: str, session: Session) -> None:
    """Keep a session under the digest of its token."""
    connection.execute(
        schema.sessions.insert().values(id=digest, until=session.until.timestamp(), body=_encode(session))
    )


def drop_session(connection: Connection, digest: str) -> None:
    """End a session."""
    connection.execute(delete(schema.sessions).where(schema.sessions.c.id == digest))


def list_sessions(connection: Connection, now: datetime) -> dict[str, Session]:
    """Every session still running, by the digest of its token."""
    table = schema.sessions
    rows = connection.execute(select(table.c.id, table.c.body).where(table.c.until > now.timestamp()))
    return {row.id: _decode(row.body) for row in rows}


def put_link(connection: Connection, digest: str, user_id: str, until: datetime) -> None:
    """Keep a one-time sign-in code for a user."""
    connection.execute(schema.links.insert().values(digest=digest, user=user_id, until=until.timestamp()))


def take_link(connection: Connection, digest: str, now: datetime) -> str | None:
    """Use a code up and return its user's id; None when it is not there or too late."""
    table = schema.links
    row = connection.execute(select(table.c.user, table.c.until).where(table.c.digest == digest)).first()
    connection.execute(delete(table).where(table.c.digest == digest))
    return row.user if row is not None and row.until > now.timestamp() else None


def _user(row: Row[tuple[object, ...]]) -> User:
    return User(
        id=row.id,
        name=row.name,
        role=Role(row.role),
        agency=row.agency,
        password=row.password,
        suspended=row.suspended,
    )

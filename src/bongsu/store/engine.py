"""How each of the two databases is opened: SQLite in the data folder, or the city's own PostgreSQL by its DSN.

Both keep what was committed through a power cut (`synchronous=FULL`, `synchronous_commit=on`), whatever the
server's own settings say.
"""

from __future__ import annotations

import sqlite3
import ssl
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from bongsu.core.errors import Conflict, Invalid, Unavailable

BUSY_TIMEOUT_MS = 60_000
CONNECT_WITHIN_S = 10
OLDEST_POSTGRESQL = 15
PORT = 5432
NO_ROOM = "53100"
"""PostgreSQL's SQLSTATE disk_full."""
FILE = "bongsu.db"
NEAR = frozenset({"", "localhost", "127.0.0.1", "::1"})
TLS = frozenset({"disable", "require", "verify-full"})
KEYS = frozenset({"host", "sslmode", "sslrootcert"})


def sqlite(path: Path, *, writes: bool) -> Engine:
    """The database in this file."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"check_same_thread": False}, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def tune(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # SQLAlchemy begins and commits, not the driver
        pragmas = ("journal_mode=WAL", "synchronous=FULL", f"busy_timeout={BUSY_TIMEOUT_MS}", "secure_delete=ON")
        for pragma in pragmas:
            raw.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def postgresql(dsn: str) -> Engine:
    """The database behind this DSN. Raises Invalid("store.dsn")."""
    from bongsu.store.driver import Prepared  # a city on SQLite does without it

    address, how = _url(dsn), _how(dsn)
    engine = create_engine(
        address,
        creator=lambda: Prepared(
            address.username or "", host=address.host, port=address.port or PORT, database=address.database,
            password=address.password, **how
        ),
        pool_pre_ping=True,
        hide_parameters=True,
    )  # fmt: skip

    engine.dialect.use_insertmanyvalues_wo_returning = True  # many rows are one trip

    @event.listens_for(engine, "connect")
    def tune(raw: Any, _record: Any) -> None:
        cursor = raw.cursor()
        cursor.execute("SET synchronous_commit TO on")
        raw.commit()

    return engine


def with_password(dsn: str, password: str) -> str:
    """A database's address with its account's password; one already written into it is Invalid, as others read it."""
    if not dsn:
        return dsn
    url = _read(dsn)
    if url.password is not None:
        raise Invalid("store.dsn_password")
    return url.set(password=password).render_as_string(hide_password=False) if password else dsn


def check_postgresql(engine: Engine) -> None:
    """Refuse a server that does not answer ("store.unreachable") or is too old ("store.postgresql")."""
    try:
        with engine.connect() as connection:
            found = int((connection.dialect.server_version_info or (0,))[0])
    except (SQLAlchemyError, OSError) as problem:
        raise Unavailable("store.unreachable", host=engine.url.host or "", detail=plain(problem)) from None
    if found < OLDEST_POSTGRESQL:
        raise Conflict("store.postgresql", found=found, oldest=OLDEST_POSTGRESQL)


def is_full(problem: SQLAlchemyError) -> bool:
    """Whether the disk had no room: what was tried is rolled back whole, and may be tried again when there is some."""
    told = getattr(problem, "orig", None)
    words = told.args[0] if told is not None and told.args else ""
    if isinstance(words, dict):
        return words.get("C") == NO_ROOM
    return getattr(told, "sqlite_errorcode", 0) == sqlite3.SQLITE_FULL


def plain(problem: BaseException) -> str:
    """The server's own words, without the statement they were about."""
    told = getattr(problem, "orig", None) or problem
    words = told.args[0] if told.args else type(told).__name__
    return str(words.get("M", words) if isinstance(words, dict) else words)


def _url(dsn: str) -> URL:
    url = _read(dsn)
    return url.set(drivername="postgresql+pg8000", query={}, host=None if _socket(url) else url.host or "localhost")


def _how(dsn: str) -> dict[str, Any]:
    """What the driver is told beside the address."""
    url = _read(dsn)
    told: dict[str, Any] = {"timeout": CONNECT_WITHIN_S, "application_name": "bongsu"}
    if found := _socket(url):
        return {**told, "unix_sock": f"{found}/.s.PGSQL.{url.port or PORT}"}
    mode = str(url.query.get("sslmode") or ("disable" if (url.host or "") in NEAR else "verify-full"))
    if mode == "disable":
        return {**told, "ssl_context": False}
    context = ssl.create_default_context(cafile=str(url.query.get("sslrootcert") or "") or None)
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return {**told, "ssl_context": context}


def _socket(url: URL) -> str:
    """The folder of the Unix socket, where the DSN names one as PostgreSQL's own tools do (?host=/run/postgresql)."""
    return str(url.query.get("host") or "")


def _read(dsn: str) -> URL:
    try:
        url = make_url(dsn)
    except ArgumentError:
        raise Invalid("store.dsn", detail="postgresql://user@host/database") from None
    if url.drivername not in ("postgresql", "postgres") or not url.database:
        raise Invalid("store.dsn", detail="postgresql://user@host/database")
    if unknown := sorted(set(url.query) - KEYS):
        raise Invalid("store.dsn", detail=f"?{unknown[0]}=")
    if str(url.query.get("sslmode") or "disable") not in TLS:
        raise Invalid("store.dsn", detail="sslmode: disable, require, verify-full")
    return url

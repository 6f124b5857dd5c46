"""`bongsu user`: who may sign in. Passwords come on standard input, never as an argument others can read."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bongsu.cli.place import Config, Data, Place, at, place_of
from bongsu.core.clock import wall_clock
from bongsu.core.errors import Invalid, NotFound
from bongsu.core.person import RESERVED_NAMES, USER_NAME, Role, User

if TYPE_CHECKING:
    from bongsu.store import Store

MIN_PASSWORD_CHARS = 12

user = typer.Typer(help="Who may sign in.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add `bongsu user`."""
    app.add_typer(user, name="user")


@user.command("add")
def add(
    name: Annotated[str, typer.Argument(help="The name typed at sign-in.")],
    role: Annotated[Role, typer.Option("--role", help="operator, agency, auditor or admin.")],
    agency: Annotated[str, typer.Option("--agency", help="The agency of an agency's user, e.g. police112.")] = "",
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from stdin.")] = False,
    data: Data = Path("data"),
    config: Config = None,
) -> None:
    """Register somebody; without a password only one-time links let them in."""
    typed = sys.stdin.readline().rstrip("\n") if password_stdin else ""
    if password_stdin and len(typed) < MIN_PASSWORD_CHARS:
        raise Invalid("user.password", chars=MIN_PASSWORD_CHARS)
    register(place_of(data, config), name, role, agency, typed)


def register(place: Path | Place, name: str, role: Role, agency: str, password: str = "") -> None:
    """Add a user to the store; without a password only links let them in. Raises Invalid, Conflict.

    The name is the id: it stands on the ledger and beside the cases somebody takes, for people to read.
    """
    from bongsu.access.password import hash_password

    if (role is Role.AGENCY) != bool(agency):
        raise Invalid("user.agency", role=role.value)
    if not USER_NAME.fullmatch(name) or name in RESERVED_NAMES:
        raise Invalid("user.name", name=name)
    hashed = hash_password(password) if password else ""
    fresh = User(id=name, name=name, role=role, agency=agency, password=hashed)
    store = at(place).guest()
    try:
        asyncio.run(store.add_user(fresh))
    finally:
        store.close()


@user.command("link")
def link(
    name: Annotated[str, typer.Argument(help="Who the link signs in.")],
    url: Annotated[str, typer.Option("--url", help="The platform's address.")] = "http://localhost:8700",
    data: Data = Path("data"),
    config: Config = None,
) -> None:
    """Print a one-time sign-in link, good for 24 hours."""
    code = make_links(place_of(data, config), [name])[name]
    Console(highlight=False, soft_wrap=True).print(f"{url}/in/{code}", markup=False)


def make_links(place: Path | Place, names: Sequence[str]) -> dict[str, str]:
    """A one-time sign-in code for each of these users. Raises NotFound."""
    from bongsu.access.identity import LINK_LASTS, digest_of

    async def make(store: Store) -> dict[str, str]:
        codes: dict[str, str] = {}
        for name in names:
            found = await store.find_user(name)
            if found is None:
                raise NotFound("user.unknown", name=name)
            codes[name] = secrets.token_urlsafe(32)
            await store.put_link(digest_of(codes[name]), found.id, wall_clock() + LINK_LASTS)
        return codes

    store = at(place).guest()
    try:
        return asyncio.run(make(store))
    finally:
        store.close()

"""Which store a command speaks to: that of a data folder, or the PostgreSQL a settings file or an option names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from bongsu.settings import Settings, load, store_password

if TYPE_CHECKING:
    from bongsu.store import Store

Data = Annotated[Path, typer.Option("--data", help="The data folder.")]
Config = Annotated[
    Path | None,
    typer.Option("--config", help="The settings file: its data folder and its database, instead of --data."),
]
Dsn = Annotated[
    str, typer.Option("--dsn", help="postgresql://user@host/database; its password stands in BONGSU_STORE_PASSWORD.")
]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A data folder and, where the truth is not in it, the database's address with its password."""

    folder: Path
    dsn: str = ""

    def guest(self) -> Store:
        """The store, open beside a running platform and taking nothing from it."""
        from bongsu.store import Store

        return Store(self.folder, dsn=self.dsn, guest=True)

    def writer(self, *, take_over: bool = False) -> Store:
        """The store, open as its one writer. Raises Conflict("store.in_use") where another runs."""
        from bongsu.store import Store

        return Store(self.folder, dsn=self.dsn, take_over=take_over)


def place_of(data: Path, config: Path | None, dsn: str = "") -> Place:
    """What the options say; the settings file goes before the folder, and a DSN before both."""
    place = settled(load(config)) if config is not None else Place(folder=data)
    return msgspec.structs.replace(place, dsn=open_to_us(dsn)) if dsn else place


def settled(settings: Settings) -> Place:
    """What the settings say."""
    return Place(folder=settings.folder, dsn=open_to_us(settings.store.dsn))


def open_to_us(dsn: str) -> str:
    """A database's address with the password the environment holds."""
    from bongsu.store.engine import with_password

    return with_password(dsn, store_password())


def at(place: Path | Place) -> Place:
    """A place; a folder alone is one too."""
    return place if isinstance(place, Place) else Place(folder=place)

"""`python -m bongsu.drills.faults.hasty --config FILE`: a core known to be bad, for it does not wait for the disk.

Every database session is told not to wait (`synchronous=OFF`, `synchronous_commit=off`) whatever the store asks for.
A drill in which this loses nothing proves nothing. This one file of the drills touches the database drivers
and starts the product in its own process; nothing of it is imported by anybody.
"""

from __future__ import annotations

import runpy
import sqlite3
import sys
from functools import partial
from typing import Any

from pg8000 import legacy


class Hasty(sqlite3.Connection):
    """A connection that never waits."""

    def execute(self, sql: str, parameters: Any = ()) -> sqlite3.Cursor:
        """Run a statement; one that asks for waiting asks for the opposite."""
        if sql.startswith("PRAGMA synchronous"):
            sql = "PRAGMA synchronous=OFF"
        return super().execute(sql, parameters)


class HastyCursor(legacy.Cursor):  # type: ignore[misc]  # the driver is untyped
    """The same of PostgreSQL."""

    def execute(self, operation: str, args: Any = (), stream: Any = None) -> Any:
        """Run a statement; one that asks for waiting asks for the opposite."""
        if operation.startswith("SET synchronous_commit"):
            operation = "SET synchronous_commit TO off"
        return super().execute(operation, args, stream)


def main() -> None:
    """Be the core."""
    sqlite3.dbapi2.connect = partial(sqlite3.connect, factory=Hasty)  # type: ignore[assignment]
    legacy.Connection.cursor = lambda self: HastyCursor(self)
    sys.argv = ["bongsu", "part", "core", *sys.argv[1:]]
    runpy.run_module("bongsu.cli", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()

"""PostgreSQL's driver, with the one thing it lacks for the writer: statements prepared once."""

from __future__ import annotations

from typing import Any

from pg8000.converters import make_params
from pg8000.legacy import Connection as Driver

PREPARED_AT_MOST = 200
OFTEN = ("SELECT", "INSERT", "UPDATE", "DELETE")


class Prepared(Driver):  # type: ignore[misc] # the driver is untyped
    """A session that prepares each statement once: a run of it is one trip to the server, not three."""

    def __init__(self, *args: Any, **more: Any) -> None:
        self._prepared: dict[tuple[str, tuple[int, ...]], tuple[Any, ...]] = {}
        super().__init__(*args, **more)

    def execute_unnamed(self, statement: str, vals: Any = (), oids: Any = (), stream: Any = None) -> Any:
        """Run a statement with these values."""
        key = (statement, tuple(oids))
        if key not in self._prepared:
            if len(self._prepared) >= PREPARED_AT_MOST or not statement.startswith(OFTEN):
                return super().execute_unnamed(statement, vals, oids, stream)
            self._prepared[key] = self.prepare_statement(statement, oids)
        name, columns, readers = self._prepared[key]
        return self.execute_named(name, make_params(self.py_types, vals), columns, readers, statement)

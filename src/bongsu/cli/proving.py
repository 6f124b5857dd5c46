"""`bongsu drill` and `bongsu bench`: what must hold, measured and printed beside its limit."""

from __future__ import annotations

import typer

drill = typer.Typer(help="Exercises through the public doors only.", no_args_is_help=True)
bench = typer.Typer(help="What is measured against its limit or a peer.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add `bongsu drill` and `bongsu bench`."""
    app.add_typer(drill, name="drill")
    app.add_typer(bench, name="bench")

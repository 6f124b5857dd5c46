"""The `bongsu` command: one file per family of commands; errors come out as one sentence and exit code 2."""

from __future__ import annotations

import sys

import typer
from rich.console import Console

from bongsu.core.errors import BongsuError
from bongsu.core.words import say

app = typer.Typer(
    name="bongsu",
    help="스마트도시 통합플랫폼 · the smart-city integrated platform.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def whole() -> typer.Typer:
    """The command line with every family of commands; call it once."""
    from bongsu.cli import (
        admitting,
        bringing,
        checking,
        demo,
        finding,
        keeping,
        listing,
        people,
        proving,
        ruling,
        serving,
        signals,
        verifying,
        worlds,
    )

    first = (demo, serving, listing, checking, bringing, finding, keeping, people)
    for family in (*first, admitting, worlds, ruling, signals, proving, verifying):
        family.add_to(app)
    return app


def main() -> None:
    """Run the command line."""
    whole()
    try:
        app()
    except BongsuError as problem:
        tell(problem)
        sys.exit(2)


def tell(problem: BongsuError) -> None:
    """Say an error as one sentence, in Korean and English, on the error stream."""
    screen = Console(stderr=True, highlight=False, soft_wrap=True)
    for language in ("ko", "en"):
        screen.print(say(f"error.{problem.code}", language, **problem.facts), markup=False)


if __name__ == "__main__":
    main()

"""`bongsu verify`: whether an evidence package is as it was signed; works on any machine, with nothing of the city."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bongsu.core.words import say

if TYPE_CHECKING:
    from bongsu.video.evidence.verify import Verdict


def add_to(app: typer.Typer) -> None:
    """Add `bongsu verify`."""
    app.command("verify")(verify)


def verify(
    package: Annotated[Path, typer.Argument(help="The evidence package.")],
    key: Annotated[
        Path | None, typer.Option("--key", help="The city's public key (keys/evidence.pub), got from the city itself.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print manifest and custody as JSON.")] = False,
) -> None:
    """Check every byte of an evidence package; exit code 2 and one sentence when anything is not as it was signed."""
    import msgspec

    from bongsu.video.evidence import verify as evidence

    verdict = evidence.verify(package, evidence.read_key(key) if key is not None else None)
    screen = Console(highlight=False, soft_wrap=True)
    if as_json:
        screen.print(msgspec.json.encode(verdict).decode(), markup=False)
        return
    facts = _facts(verdict)
    for line in ("verify.whole", "verify.known" if verdict.known_key else "verify.unknown"):
        for language in ("ko", "en"):
            screen.print(say(line, language, **facts), markup=False)


def _facts(verdict: Verdict) -> dict[str, object]:
    manifest = verdict.manifest
    return {
        "export": manifest.export,
        "incident": manifest.incident,
        "files": len(manifest.clips),
        "cameras": len(manifest.cameras),
        "gaps": sum(len(camera.gaps) for camera in manifest.cameras),
        "by": verdict.custody.asked_by,
        "at": f"{manifest.made_at:%Y-%m-%d %H:%M:%S %Z}",
        "fingerprint": verdict.fingerprint,
    }

"""The key the city signs its evidence with; its public half is what others verify with."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bongsu.access.lease import make_keys

NAME = "evidence"


def evidence_key(folder: Path) -> Ed25519PrivateKey:
    """<folder>/keys/evidence.key (0600), made with evidence.pub beside it if absent; `folder` is the data folder."""
    return make_keys(folder, NAME)

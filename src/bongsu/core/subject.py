"""What readings are called in the queue: `readings.<profile>.<source>`, each source one token."""

from __future__ import annotations

READINGS = "readings"


def token_of(name: str) -> str:
    """A name as one token of a subject: what a dot is in MQTT's topics stands as two slashes in NATS' subjects."""
    return name.replace(".", "//")


def name_of(token: str) -> str:
    """The name a token stands for."""
    return token.replace("//", ".")


def subject_of(profile: str, source: str) -> str:
    """Where a source's messages of a profile go."""
    return f"{READINGS}.{profile}.{token_of(source)}"

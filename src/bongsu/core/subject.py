"""What readings are called in the queue: `readings.<profile>.<source>`, each source one token."""

from __future__ import annotations

import re

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


def servers_of(url: str) -> tuple[list[str], str, str]:
    """The servers of a NATS URL (several of a cluster stand between commas), the user and password of the first.

    They are taken out of the URL, for a node that the cluster itself names has none in its own; a token stays in it.
    """
    given = re.split(r",\s*(?=\w+://)", url)
    user, _, password = given[0].rpartition("@")[0].rpartition("://")[2].partition(":")
    return (given, "", "") if not password else ([_without_secret(one) for one in given], user, password)


def _without_secret(url: str) -> str:
    scheme, mark, rest = url.rpartition("://")
    return f"{scheme}{mark}{rest.rpartition('@')[2]}"

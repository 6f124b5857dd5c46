"""One PostgreSQL for all tests of this folder, started when the first asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fakes import postgres


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    with postgres.running() as found:
        yield found

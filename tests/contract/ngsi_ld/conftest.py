"""The door each conformance test knocks at."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.ngsi_ld import Ear, Hub, a_hub, an_ear


@pytest.fixture
async def hub(tmp_path: Path) -> AsyncIterator[Hub]:
    async with a_hub(tmp_path) as open_hub:
        yield open_hub


@pytest.fixture
async def ear() -> AsyncIterator[Ear]:
    async with an_ear() as listener:
        yield listener

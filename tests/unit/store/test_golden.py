"""What every release wrote reads and folds today as it did when its figures were counted by hand and frozen."""

from __future__ import annotations

import msgspec
import pytest

from golden.make import HERE, figures

FROZEN = msgspec.json.decode((HERE / "digests.json").read_bytes())
JOURNALS = sorted(HERE.glob("journal-*.msgpack"), key=lambda path: path.name)


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda path: path.stem)
def test_a_golden_journal_folds_to_its_frozen_figures(journal):
    assert figures(journal) == FROZEN[journal.stem]


def test_every_frozen_journal_is_there():
    assert {journal.stem for journal in JOURNALS} == set(FROZEN)

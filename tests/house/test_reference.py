"""The reference says what the code says: every error, command, option, service and page link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from house.reference import PAGES, REFERENCE, ROOT

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_fresh(name):
    assert (REFERENCE / name).read_text("utf-8") == PAGES[name]()


def test_every_service_has_its_page_and_its_korean_name():
    for folder in sorted((ROOT / "src" / "bongsu" / "services").iterdir()):
        if not (folder / "respond.py").exists():
            continue
        page = ROOT / "docs" / "how-to" / f"service-{folder.name.replace('_', '-')}.md"
        first_line = (folder / "__init__.py").read_text("utf-8").splitlines()[0]
        assert re.search("[가-힣]", first_line), folder.name
        assert page.exists(), page.name


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted(ROOT.glob("docs/**/*.md")), ids=lambda p: p.name)
def test_no_link_between_pages_is_broken(page):
    targets = [target for target in LINK.findall(page.read_text("utf-8")) if "://" not in target]
    missing = [target for target in targets if not (page.parent / Path(target)).exists()]
    assert missing == []

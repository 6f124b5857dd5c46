"""The reference says what the code says: every error, command, option, service and page link."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

import pytest
import typer
from typer.main import get_command

from bongsu import cli
from house.reference import COMMANDS, PAGES, REFERENCE, ROOT, walk

LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_fresh(name):
    assert (REFERENCE / name).read_text("utf-8") == PAGES[name]()


def test_every_file_of_commands_is_on_the_command_line_and_in_the_reference():
    page = (REFERENCE / "cli.md").read_text("utf-8")
    for module in iter_modules(cli.__path__):
        family = import_module(f"bongsu.cli.{module.name}") if module.name != "__main__" else None
        if hasattr(family, "add_to"):
            alone = typer.Typer()
            alone.callback()(lambda: None)
            family.add_to(alone)
            for path, _ in walk("", get_command(alone)):
                assert [known for known in COMMANDS if known.endswith(path)], path
                assert f"{path}`\n" in page, path


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

from __future__ import annotations

import subprocess
import sys

import pytest

from fakes.evidence import a_package


def run(*args):
    return subprocess.run(
        [sys.executable, "-m", "bongsu.cli", "verify", *map(str, args)], capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    return a_package(tmp_path_factory.mktemp("command"))


def test_without_a_key_it_says_that_the_signer_is_not_known_and_prints_the_fingerprint(package):
    done = run(package)
    assert done.returncode == 0
    assert "이상 없음" in done.stdout
    assert "who signed it was not checked" in done.stdout


def test_with_the_citys_key_it_says_who_signed(package):
    done = run(package, "--key", package.parent / "keys" / "evidence.pub")
    assert done.returncode == 0
    assert "Signed by the owner of the public key given" in done.stdout


def test_a_changed_package_is_one_sentence_in_both_languages_and_a_bad_exit(package, tmp_path):
    raw = bytearray(package.read_bytes())
    raw[len(raw) // 2] ^= 1
    bad = tmp_path / "bad.zip"
    bad.write_bytes(raw)
    done = run(bad)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.strip().splitlines()) == 2
    assert "is not as it was sealed" in done.stderr or "was changed after" in done.stderr

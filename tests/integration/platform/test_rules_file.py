"""Rules leave a running platform as a file and come back changed, in somebody's name."""

from __future__ import annotations

import tomllib

import pytest

from fakes.running import Platform

pytestmark = pytest.mark.timeout(300)


def test_rules_go_out_and_in_through_the_running_platform(tmp_path) -> None:
    platform = Platform(tmp_path)
    for name, role in (("ann", "admin"), ("kim", "operator")):
        assert platform.bongsu("user", "add", name, "--role", role, "--data", str(platform.data)).returncode == 0
    stopped = platform.bongsu("rules", "export", "--user", "ann", "--data", str(platform.data))
    assert (stopped.returncode, "No platform is running" in stopped.stderr) == (2, True)
    file = tmp_path / "rules.toml"
    with platform.running():

        def rules(*words: str):
            return platform.bongsu("rules", *words, "--data", str(platform.data))

        out = rules("export", "--user", "ann", "--out", str(file))
        assert out.returncode == 0, out.stderr
        text = file.read_text("utf-8")
        assert tomllib.loads(text)["elder-help"]["terms"]["property"] == "help"
        file.write_text(text.replace('name_en = "Call for help at home"', 'name_en = "Help at home"'), "utf-8")
        refused = rules("import", str(file), "--user", "kim")
        assert (refused.returncode, "403" in refused.stderr) == (2, True)
        done = rules("import", str(file), "--user", "ann", "--note", "이름을 다듬음")
        assert (done.returncode, done.stdout.strip()) == (0, "elder-help: version 2")
        assert rules("import", str(file), "--user", "ann").stdout == ""
        again = rules("export", "--user", "ann").stdout
    assert "Help at home" in again
    assert "(version 2)" in again

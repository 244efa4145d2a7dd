"""`sad keys`: rings made once, checked, rotated."""

from pathlib import Path

import pytest

from app.cli import main


def test_created_checked_and_rotated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEYS_DIR", str(tmp_path / "keys"))
    assert main(["keys", "check"]) == 2
    assert "KEYS_DIR" in capsys.readouterr().err
    assert main(["keys", "create"]) == 0
    assert main(["keys", "create"]) == 0
    assert "aucun, tous existent" in capsys.readouterr().out
    assert main(["keys", "rotate", "vault"]) == 0
    assert main(["keys", "rotate", "other"]) == 2
    capsys.readouterr()
    assert main(["keys", "check"]) == 0
    vault = capsys.readouterr().out.splitlines()[0]
    assert len(vault.split(",")) == 2

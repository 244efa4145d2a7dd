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


def test_a_copy_apart_reads_is_compared_and_restores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEYS_DIR", str(tmp_path / "keys"))
    copy, phrase, other = (tmp_path / name for name in ("copy.json", "phrase", "other"))
    phrase.write_text("la chaise est au grenier\n")
    other.write_text("une autre phrase de passe\n")
    asked = [str(copy), "--passphrase-file", str(phrase)]
    assert main(["keys", "backup", *asked]) == 2  # no ring yet
    assert not copy.exists()
    assert main(["keys", "create"]) == 0
    assert main(["keys", "backup", *asked]) == 0
    assert copy.stat().st_mode & 0o777 == 0o600
    assert main(["keys", "backup", *asked]) == 2  # never over another copy
    capsys.readouterr()
    assert main(["keys", "check", "--copy", *asked]) == 0
    assert "copie : complète" in capsys.readouterr().out
    assert main(["keys", "rotate", "opening"]) == 0
    assert main(["keys", "check", "--copy", *asked]) == 1
    assert "il lui manque opening" in capsys.readouterr().out
    assert main(["keys", "check", "--copy", str(copy), "--passphrase-file", str(other)]) == 1
    assert main(["keys", "restore", *asked]) == 2  # keys in use stay
    before = (tmp_path / "keys" / "vault.json").read_text()
    monkeypatch.setenv("KEYS_DIR", str(tmp_path / "again"))
    assert main(["keys", "restore", *asked]) == 0
    assert (tmp_path / "again" / "vault.json").read_text() == before
    assert (tmp_path / "again" / "vault.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("damage", ["", "[]", "{}", '{"format": "sad-keys-v1"}'])
def test_what_is_not_a_copy_is_said_so(
    damage: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("KEYS_DIR", str(tmp_path / "keys"))
    copy, phrase = tmp_path / "copy.json", tmp_path / "phrase"
    copy.write_text(damage)
    phrase.write_text("court")
    assert main(["keys", "restore", str(copy), "--passphrase-file", str(phrase)]) == 1
    assert "ne se lit pas" in capsys.readouterr().err
    main(["keys", "create"])
    copy.unlink()
    assert main(["keys", "backup", str(copy), "--passphrase-file", str(phrase)]) == 2
    assert "au moins 12" in capsys.readouterr().err

"""Key rings: made once, read by their owner alone, refused with a sentence otherwise."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.security.rings import (
    RINGS,
    check_apart,
    create_rings,
    open_rings,
    public_document,
    rotate_ring,
)
from app.settings import SettingError
from sad.audit.signing import read_keys


def test_created_once_then_read_back(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    first = open_rings(keys, create=True)
    assert create_rings(keys) == []
    assert open_rings(keys, create=False) == first
    assert {len(ring) for ring in (first.vault, first.opening, first.signing)} == {1}
    assert all((keys / f"{name}.json").stat().st_mode & 0o777 == 0o600 for name in RINGS)
    assert [key.id for key in read_keys(public_document(first))] == [first.signing[0].id]


def test_no_secret_in_a_representation(tmp_path: Path) -> None:
    rings = open_rings(tmp_path / "keys", create=True)
    assert repr(rings) == "FileRings(…)"


@pytest.mark.parametrize("name", RINGS)
def test_a_missing_ring_stops_the_start(tmp_path: Path, name: str) -> None:
    create_rings(tmp_path)
    (tmp_path / f"{name}.json").unlink()
    with pytest.raises(SettingError, match=name):
        open_rings(tmp_path, create=False)


def test_a_ring_that_others_can_read_is_refused(tmp_path: Path) -> None:
    create_rings(tmp_path)
    (tmp_path / "vault.json").chmod(0o640)
    with pytest.raises(SettingError, match="640"):
        open_rings(tmp_path, create=False)


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '[["abc", "AAAA"]]', '[["00000000", "AAAA"]]', '["x"]', "[1]"]
)
def test_an_unreadable_ring_is_refused(tmp_path: Path, content: str) -> None:
    create_rings(tmp_path)
    (tmp_path / "opening.json").write_text(content)
    with pytest.raises(SettingError, match="opening"):
        open_rings(tmp_path, create=False)


def test_two_keys_with_one_id_are_refused(tmp_path: Path) -> None:
    create_rings(tmp_path)
    file = tmp_path / "vault.json"
    file.write_text(json.dumps(json.loads(file.read_text()) * 2))
    with pytest.raises(SettingError, match="doublon"):
        open_rings(tmp_path, create=False)


def test_production_refuses_keys_under_the_data(tmp_path: Path) -> None:
    check_apart(tmp_path / "keys", tmp_path / "data")
    with pytest.raises(SettingError, match="hors de DATA_DIR"):
        check_apart(tmp_path / "data" / "keys", tmp_path / "data")


@pytest.mark.parametrize("name", RINGS)
def test_a_rotated_ring_writes_with_the_new_key_and_reads_with_all(
    tmp_path: Path, name: str
) -> None:
    before = open_rings(tmp_path, create=True)
    key = rotate_ring(tmp_path, name, datetime(2026, 9, 1, tzinfo=UTC))
    after = open_rings(tmp_path, create=False)
    assert getattr(after, name) == (key, *getattr(before, name))
    assert (tmp_path / f"{name}.json").stat().st_mode & 0o777 == 0o600
    assert not list(tmp_path.glob(".*"))


def test_a_rotated_signing_key_is_published_signed_by_the_one_before(tmp_path: Path) -> None:
    first = open_rings(tmp_path, create=True).signing[0]
    keys = [rotate_ring(tmp_path, "signing", datetime(2026, 9, n, tzinfo=UTC)) for n in (1, 2)]
    published = read_keys(public_document(open_rings(tmp_path, create=False)))
    assert [key.id for key in published] == [first.id, *(key.id for key in keys)]
    assert published[1].since == "2026-09-01T00:00:00.000000Z"

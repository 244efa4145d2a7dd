"""STORAGE_URL as people type it: read, or refused without showing the secret."""

from pathlib import Path

import pytest

from storage import location
from storage.opening import (
    BucketMissing,
    FolderNotAbsolute,
    HostMissing,
    KeysMissing,
    OptionUnknown,
    SchemeUnknown,
    StorageSettingInvalid,
)


def test_a_folder() -> None:
    assert location("file:///var/lib/sad/fichiers%20joints").folder == Path(
        "/var/lib/sad/fichiers joints"
    )


def test_a_server() -> None:
    place = location("s3://AKID:s%2Fe%40c@objets.example:9000/pieces?secure=0&region=fr")
    assert (place.host, place.bucket) == ("objets.example:9000", "pieces")
    assert (place.key, place.secret) == ("AKID", "s/e@c")
    assert (place.secure, place.region) == (False, "fr")


def test_tls_is_the_default() -> None:
    assert location("s3://AKID:secret@objets.example/pieces").secure


def test_keys_apart_win_and_are_taken_as_they_are() -> None:
    place = location("s3://objets.example/pieces", "AKID", "s%2F/")
    assert (place.key, place.secret) == ("AKID", "s%2F/")


@pytest.mark.parametrize(
    ("url", "refusal"),
    [
        ("", SchemeUnknown),
        ("/var/lib/sad", SchemeUnknown),
        ("http://AKID:hidden@h/b", SchemeUnknown),
        ("file://relative/path", FolderNotAbsolute),
        ("file:relative", FolderNotAbsolute),
        ("file:///", FolderNotAbsolute),
        ("s3://AKID:hidden@/pieces", HostMissing),
        ("s3://AKID:hidden@h:port/pieces", HostMissing),
        ("s3://AKID:hid/den@h/pieces", HostMissing),
        ("s3://AKID:hidden[@h/pieces", HostMissing),
        ("s3://AKID:hidden", HostMissing),
        ("s3://AKID:hidden@h", BucketMissing),
        ("s3://AKID:hidden@h/", BucketMissing),
        ("s3://AKID:hidden@h/a/b", BucketMissing),
        ("s3://AKID:hidden@h/Pieces", BucketMissing),
        ("s3://AKID:hidden@h/" + "a" * 56, BucketMissing),
        ("s3://h/pieces", KeysMissing),
        ("s3://AKID@h/pieces", KeysMissing),
        ("s3://AKID:hidden@h/pieces?secure=maybe", OptionUnknown),
        ("s3://AKID:hidden@h/pieces?tls=0", OptionUnknown),
    ],
)
def test_refused_by_name(url: str, refusal: type[StorageSettingInvalid]) -> None:
    with pytest.raises(refusal) as refused:
        location(url)
    assert refused.value.where == "STORAGE_URL"
    assert "hid" not in refused.value.facts["read"]


def test_a_location_never_prints_its_secret() -> None:
    assert "secret" not in repr(location("s3://AKID:secret@h/pieces"))
    assert "secret" not in repr(location("s3://h/pieces", "AKID", "secret"))

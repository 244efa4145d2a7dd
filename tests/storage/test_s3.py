"""What is particular to S3, against a real server."""

import io
import socket
from datetime import UTC, datetime, timedelta
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from minio import Minio
from minio.error import S3Error

from sad.attachments.store import StorageUnavailable, Store, new_object_name, put
from storage import open_store
from storage.s3 import KeysRefused, S3Store, SealsNotLocked, ServerUnreachable
from tests.support.objects import KEY, SECRET, s3_server


@pytest.fixture
def client() -> Minio:
    return Minio(s3_server(), KEY, SECRET, secure=False, region="us-east-1")


@pytest.fixture
def opened(fresh_s3_url: str) -> tuple[S3Store, str]:
    """A store and its bucket."""
    store = open_store(fresh_s3_url)
    assert isinstance(store, S3Store)
    return store, fresh_s3_url.rpartition("/")[2].partition("?")[0]


def tomorrow() -> datetime:
    return datetime.now(UTC) + timedelta(days=1)


def test_a_seal_cannot_be_removed(opened: tuple[S3Store, str], client: Minio) -> None:
    store, bucket = opened
    store.put_locked("seal-1.json", b"first", tomorrow())
    version = next(iter(client.list_objects(f"{bucket}-scelles", include_version=True)))
    with pytest.raises(S3Error, match="AccessDenied"):
        client.remove_object(f"{bucket}-scelles", "seal-1.json", version_id=version.version_id)


def test_a_seal_hidden_or_covered_is_still_found(
    opened: tuple[S3Store, str], client: Minio
) -> None:
    store, bucket = opened
    store.put_locked("seal-1.json", b"first", tomorrow())
    client.put_object(f"{bucket}-scelles", "seal-1.json", io.BytesIO(b"forged"), 6)
    client.remove_object(f"{bucket}-scelles", "seal-1.json")
    assert store.read_locked("seal-1.json") == b"first"
    assert store.locked_names() == ["seal-1.json"]


def test_a_bucket_without_lock_is_refused_for_seals(fresh_s3_url: str, client: Minio) -> None:
    bucket = fresh_s3_url.rpartition("/")[2].partition("?")[0]
    client.make_bucket(f"{bucket}-scelles")
    with pytest.raises(SealsNotLocked) as refused:
        open_store(fresh_s3_url)
    assert refused.value.facts == {"bucket": f"{bucket}-scelles"}


def test_opened_again_it_finds_its_files(fresh_s3_url: str) -> None:
    name = new_object_name()
    put(open_store(fresh_s3_url), name, [b"kept"])
    assert b"".join(open_store(fresh_s3_url).read(name)) == b"kept"


def test_what_a_killed_process_left_is_swept(opened: tuple[S3Store, str]) -> None:
    store, _ = opened
    writing = store.writer(new_object_name())
    writing.__enter__().write(b"x" * 6_000_000)
    assert store.discard_cut(datetime.now(UTC) - timedelta(days=2)) == 0
    assert store.discard_cut(datetime.now(UTC) + timedelta(hours=1)) == 1
    with pytest.raises(StorageUnavailable):
        writing.__exit__(None, None, None)


def test_a_signed_address_downloads_that_file_only(s3_store: Store) -> None:
    name, other = new_object_name(), new_object_name()
    put(s3_store, name, [b"a plan"])
    put(s3_store, other, [b"another"])
    address = s3_store.presign(name, "Plan n° 1.pdf", timedelta(minutes=5))
    assert address is not None
    with urlopen(address) as answer:
        assert answer.read() == b"a plan"
        assert answer.headers["Content-Disposition"].startswith("attachment; ")
        assert answer.headers["Content-Type"] == "application/octet-stream"
    for tampered in (address.replace(name, other), address.split("?", maxsplit=1)[0]):
        with pytest.raises(HTTPError) as refused:
            urlopen(tampered)
        assert refused.value.code == 403
        refused.value.close()


def test_wrong_keys_are_said_at_start() -> None:
    for keys in (f"{KEY}:wrong", "NOBODY:wrong"):
        with pytest.raises(KeysRefused) as refused:
            open_store(f"s3://{keys}@{s3_server()}/bucket?secure=0")
        assert refused.value.facts == {"host": s3_server()}


def test_keys_given_apart(fresh_s3_url: str) -> None:
    bucket = fresh_s3_url.rpartition("/")[2]
    store = open_store(f"s3://{s3_server()}/{bucket}", KEY, SECRET)
    assert not store.exists(new_object_name())
    assert quote(SECRET, safe="") != SECRET  # the other tests give it percent-encoded


def test_a_server_away_is_said_in_seconds() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
        with pytest.raises(ServerUnreachable) as refused:
            open_store(f"s3://key:secret@{host}/bucket?secure=0")
    assert refused.value.facts["host"] == host

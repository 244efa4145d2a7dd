"""What every back end promises (`sad.attachments.store.Store`), asked of each in the same words."""

import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sad.attachments.store import (
    ObjectMissing,
    SealExists,
    Store,
    StoredObject,
    new_object_name,
    put,
)
from storage import open_store

ROOT = Path(__file__).resolve().parents[2]
SIZES = [0, 1, 65_536, 5 * 1024 * 1024, 5 * 1024 * 1024 + 1, 11_000_000]


def stored(store: Store, content: bytes) -> str:
    name = new_object_name()
    put(store, name, [content])
    return name


def listed(store: Store, name: str, moment: datetime) -> StoredObject | None:
    return next((one for one in store.older_than(moment) if one.name == name), None)


def far() -> datetime:
    return datetime.now(UTC) + timedelta(hours=1)


@pytest.mark.parametrize("size", SIZES)
def test_what_is_put_is_read_back(store: Store, size: int) -> None:
    content = os.urandom(size)
    name = new_object_name()
    put(store, name, (content[at : at + 70_000] for at in range(0, size, 70_000)))
    assert b"".join(store.read(name)) == content
    assert store.size(name) == size
    assert store.exists(name)


@pytest.mark.parametrize(
    ("start", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (3, 4, b"3456"),
        (8, 100, b"89"),
        (0, 0, b""),
        (10, None, b""),
        (99, 5, b""),
    ],
)
def test_a_part_is_read(store: Store, start: int, length: int | None, expected: bytes) -> None:
    name = stored(store, b"0123456789")
    assert b"".join(store.read(name, start, length)) == expected


def test_no_object_no_bytes(store: Store) -> None:
    name = new_object_name()
    assert not store.exists(name)
    with pytest.raises(ObjectMissing):
        store.read(name)
    with pytest.raises(ObjectMissing):
        store.size(name)


def test_deleted_once_or_twice(store: Store) -> None:
    name = stored(store, b"x")
    store.delete(name)
    store.delete(name)
    assert not store.exists(name)
    assert listed(store, name, far()) is None


class Cut(Exception):
    """The person's connection broke."""


def cut_after(blocks: int) -> Iterator[bytes]:
    for _ in range(blocks):
        yield b"y" * 1_000_000
    raise Cut


@pytest.mark.parametrize("blocks", [0, 1, 12])
def test_a_cut_upload_leaves_nothing(store: Store, blocks: int) -> None:
    name = new_object_name()
    with pytest.raises(Cut):
        put(store, name, cut_after(blocks))
    assert not store.exists(name)
    assert listed(store, name, far()) is None
    assert store.discard_cut(far()) == 0


def test_nothing_can_be_read_before_the_end(store: Store) -> None:
    name = new_object_name()
    with store.writer(name) as target:
        target.write(b"z" * 6_000_000)
        assert not store.exists(name)
    assert store.size(name) == 6_000_000


def test_the_same_name_again_replaces_the_whole(store: Store) -> None:
    name = stored(store, b"a long first content")
    put(store, name, [b"short"])
    assert b"".join(store.read(name)) == b"short"


def test_objects_are_listed_by_age(store: Store) -> None:
    name = stored(store, b"12345")
    found = listed(store, name, far())
    assert found is not None
    assert found.size == 5
    assert abs(found.modified - datetime.now(UTC)) < timedelta(minutes=1)
    assert listed(store, name, found.modified) is None
    assert listed(store, name, found.modified + timedelta(milliseconds=1)) == found


@pytest.mark.parametrize(
    "name",
    ["", "..", "../x", "a" * 31, "A" * 32, "g" * 32, "0" * 32 + "\n", "0" * 31 + "/", "x.json"],
)
def test_only_random_names_are_taken(store: Store, name: str) -> None:
    for attempt in (store.read, store.size, store.exists, store.delete):
        with pytest.raises(ValueError, match="hexadecimal"):
            attempt(name)
    with pytest.raises(ValueError, match="hexadecimal"):
        put(store, name, [b"x"])


def test_many_threads_at_once(store: Store) -> None:
    contents = {new_object_name(): os.urandom(200_000) for _ in range(12)}
    threads = [
        threading.Thread(target=put, args=(store, name, [content]))
        for name, content in contents.items()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(b"".join(store.read(name)) == content for name, content in contents.items())


def test_a_seal_is_kept_once(store: Store) -> None:
    name = f"{new_object_name()}.json"
    store.put_locked(name, b'{"no":1}', far())
    assert store.read_locked(name) == b'{"no":1}'
    assert name in store.locked_names()
    with pytest.raises(SealExists):
        store.put_locked(name, b'{"no":2}', far())
    assert store.read_locked(name) == b'{"no":1}'


def test_a_seal_is_not_among_the_files(store: Store) -> None:
    name = f"{new_object_name()}.json"
    store.put_locked(name, b"seal", far())
    assert name not in {one.name for one in store.older_than(far())}


def test_no_seal_no_bytes(store: Store) -> None:
    with pytest.raises(ObjectMissing):
        store.read_locked("seal-404.json")


@pytest.mark.parametrize("name", ["", ".", "..", "../seal", "a/b", "a..b", "A", "é", "x" * 101])
def test_names_of_seals_are_plain(store: Store, name: str) -> None:
    with pytest.raises(ValueError, match="names of seals"):
        store.put_locked(name, b"x", far())
    with pytest.raises(ValueError, match="names of seals"):
        store.read_locked(name)


def test_fifty_megabytes_in_and_out_in_little_memory(store: Store) -> None:
    name, block = new_object_name(), os.urandom(65_536)
    tracemalloc.start()
    try:
        put(store, name, (block for _ in range(800)))
        size = sum(map(len, store.read(name)))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        store.delete(name)
    assert size == 800 * 65_536
    assert peak < 20_000_000  # parts of 5 MB on S3: one filling, one leaving, one being signed


UPLOADER = """
import sys
from storage import open_store
with open_store(sys.argv[1]).writer(sys.argv[2]) as target:
    target.write(b"x" * 6_000_000)
    print("half", flush=True)
    sys.stdin.read()
"""


@pytest.mark.parametrize("kind", ["folder", "s3"])
def test_a_killed_process_leaves_nothing_to_read(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    folder = f"file://{tmp_path}/files"
    url = folder if kind == "folder" else request.getfixturevalue("fresh_s3_url")
    store, name = open_store(url), new_object_name()
    with subprocess.Popen(
        [sys.executable, "-c", UPLOADER, url, name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as uploader:
        assert uploader.stdout is not None
        assert uploader.stdout.readline() == b"half\n"
        uploader.kill()
    assert not store.exists(name)
    assert listed(store, name, far()) is None
    assert store.discard_cut(datetime.now(UTC) - timedelta(hours=48)) == 0
    assert store.discard_cut(far()) == 1

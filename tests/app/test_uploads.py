"""Files sent to the real server: little memory, nothing half kept, a refusal that is read."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sad.attachments.filetypes import MEGABYTE
from tests.attachments.samples import HEIC
from tests.bench.upload import MARK, Yard, blocks, uploaded, yard


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Yard]:
    """One server for the three tests."""
    with yard(tmp_path_factory.mktemp("uploads")) as made:
        yield made


def kept(place: Yard) -> list[Path]:
    """Everything of the store, what is only being received included."""
    return [path for path in place.store.rglob("*") if path.is_file()]


def test_two_hundred_megabytes_take_less_than_ten(place: Yard) -> None:
    cost = uploaded(place)
    assert cost.grown < MARK
    assert sorted(path.stat().st_size for path in kept(place))[-1] > 200 * MEGABYTE


def test_an_upload_cut_in_the_middle_leaves_nothing(place: Yard) -> None:
    before = set(kept(place))
    address = urlsplit(place.server.url)
    for announced in (b"Content-Length: 9000000", b"Transfer-Encoding: chunked"):
        head = b"\r\n".join(
            [
                f"POST {place.path} HTTP/1.1".encode(),
                b"Host: localhost",
                announced,
                *(f"{name}: {value}".encode() for name, value in place.headers.items()),
                b"\r\n",
            ]
        )
        with socket.create_connection((address.hostname, address.port)) as connection:
            connection.sendall(head)
            for block in blocks(3_000_000):
                size = b"%x\r\n" % len(block) if b"chunked" in announced else b""
                connection.sendall(size + block + (b"\r\n" if size else b""))
            assert _until(lambda: len(kept(place)) > len(before))  # it is being received
        assert _until(lambda: set(kept(place)) == before)


def _until(true: Callable[[], bool]) -> bool:
    limit = time.monotonic() + 10
    while time.monotonic() < limit:
        if true():
            return True
        time.sleep(0.02)
    return False


def test_a_photograph_refused_on_its_name_is_told_so_once_it_is_sent(place: Yard) -> None:
    before = set(kept(place))
    connection = place.connect()
    headers = place.headers | {"X-File-Name": "IMG_1.heic", "Content-Length": str(6 * MEGABYTE)}
    body = HEIC + bytes(6 * MEGABYTE - len(HEIC))
    connection.request("POST", place.path, body, headers)
    response = connection.getresponse()
    assert response.status == 422
    assert "Le plus compatible" in response.read().decode()
    connection.close()
    assert set(kept(place)) == before

"""The tests' own tools keep their promises."""

import socket

import pytest
from sqlalchemy import Engine, text

from tests.support.sockets import NetworkClosed, is_local


@pytest.mark.parametrize("attempt", [1, 2])
def test_each_test_gets_a_fresh_database(database: Engine, attempt: int) -> None:
    with database.begin() as connection:
        connection.execute(text("CREATE TABLE written_by_a_test (n INTEGER)"))


def test_the_network_is_closed() -> None:
    with socket.socket() as outside, pytest.raises(NetworkClosed):
        outside.connect(("192.0.2.1", 80))


@pytest.mark.parametrize(
    ("address", "local"),
    [
        (("127.0.0.1", 80), True),
        (("::1", 80, 0, 0), True),
        (("localhost", 80), True),
        ("/run/socket", True),
        (("192.0.2.1", 80), False),
        (("example.org", 80), False),
    ],
)
def test_local_addresses(address: object, local: bool) -> None:
    assert is_local(address) is local

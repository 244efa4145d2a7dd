"""No test reaches the network: only loopback addresses and Unix sockets connect."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any


class NetworkClosed(RuntimeError):
    """A test tried to leave the machine."""


def is_local(address: Any) -> bool:
    """Whether an address stays on this machine; a name other than `localhost` does not."""
    if not isinstance(address, tuple):
        return True  # Unix socket: a path
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def closed_network() -> Iterator[None]:
    """Refuses connections elsewhere than on this machine, for Python's own sockets."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded(self: socket.socket, address: Any) -> None:
        if not is_local(address):
            raise NetworkClosed(f"connection to {address} refused by the tests")
        connect(self, address)

    def guarded_ex(self: socket.socket, address: Any) -> int:
        if not is_local(address):
            raise NetworkClosed(f"connection to {address} refused by the tests")
        return connect_ex(self, address)

    patched: Any = socket.socket
    patched.connect, patched.connect_ex = guarded, guarded_ex
    try:
        yield
    finally:
        patched.connect, patched.connect_ex = connect, connect_ex

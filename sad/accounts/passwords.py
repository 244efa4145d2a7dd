"""Passwords: argon2id, two hashes at once at most. Hash outside of any transaction."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from sad.kernel.errors import Refusal

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)  # argon2id, 19 MiB
AT_ONCE = 2
PATIENCE = 10.0  # seconds

_places = threading.BoundedSemaphore(AT_ONCE)


class PasswordsBusy(Refusal):
    """Too many passwords are being checked at once; the mailed link still works."""

    code = "accounts.passwords_busy"
    status = 503


@contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(timeout=PATIENCE):
        raise PasswordsBusy()
    try:
        yield
    finally:
        _places.release()


def hash_password(password: str) -> str:
    """The argon2id hash to keep (about 30 ms). Raises PasswordsBusy."""
    with _place():
        return HASHER.hash(password)


def verify_password(kept: str | None, password: str) -> bool:
    """Whether the password is the one kept; as long to say no when none is kept."""
    with _place():
        try:
            return HASHER.verify(kept or _nobody(), password) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


@cache
def _nobody() -> str:
    """A hash nobody's password has, for people who do not exist."""
    return HASHER.hash("the password of nobody")

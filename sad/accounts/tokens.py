"""Secrets given once to their holder, of which only a SHA-256 is kept."""

import hashlib
import secrets


def new_token() -> str:
    """32 random bytes, written for an address or a cookie."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()

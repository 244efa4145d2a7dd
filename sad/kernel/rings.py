"""The three key rings, as the engine sees them. `app/security/` reads them from `KEYS_DIR`."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True)
class Key:
    """One key of a ring: its short id (8 hexadecimal digits) and its 32 bytes."""

    id: str
    secret: bytes = field(repr=False)  # never in a log or a traceback


class Rings(Protocol):
    """Vault (everyday secrets), opening (markets' private keys), signing (receipts and seals).

    Each ring is an ordered tuple of keys: the first writes, all of them read.
    """

    @property
    def vault(self) -> tuple[Key, ...]: ...

    @property
    def opening(self) -> tuple[Key, ...]: ...

    @property
    def signing(self) -> tuple[Key, ...]: ...

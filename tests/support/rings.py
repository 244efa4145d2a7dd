"""Fixed key rings, so that what tests encrypt and sign is the same each time."""

from dataclasses import dataclass
from hashlib import sha256

from sad.kernel.rings import Key


def fixed_key(name: str) -> Key:
    """A key that depends on its name only."""
    secret = sha256(f"sad tests {name}".encode()).digest()
    return Key(id=sha256(secret).hexdigest()[:8], secret=secret)


@dataclass(frozen=True)
class FixedRings:
    """Implements `sad.kernel.rings.Rings`; the first key of a ring writes, all of them read."""

    vault: tuple[Key, ...] = (fixed_key("vault"),)
    opening: tuple[Key, ...] = (fixed_key("opening"),)
    signing: tuple[Key, ...] = (fixed_key("signing"),)

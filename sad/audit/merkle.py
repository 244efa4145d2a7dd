"""Merkle trees of RFC 6962: one root for many heads, and a short path that ties one head to it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

EMPTY = hashlib.sha256(b"").digest()


def leaf_hash(nonce: bytes, chain: str, seq: int, head: bytes) -> bytes:
    """Hash of a leaf. The nonce (16 bytes) keeps it unlinkable for those who are not told it."""
    data = nonce + head + seq.to_bytes(8, "big") + chain.encode()
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass
class Tree:
    """The root of leaves given one by one; memory grows with the logarithm of their number."""

    size: int = 0
    stack: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        """Adds the hash of the next leaf."""
        self.size += 1
        self.stack.append(leaf)
        count = self.size
        while count % 2 == 0:  # two complete subtrees of the same height
            right, left = self.stack.pop(), self.stack.pop()
            self.stack.append(node_hash(left, right))
            count //= 2

    @property
    def root(self) -> bytes:
        """The root of what was added so far; SHA-256 of nothing for no leaf."""
        if not self.stack:
            return EMPTY
        root = self.stack[-1]
        for left in reversed(self.stack[:-1]):
            root = node_hash(left, root)
        return root


def path(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that, with leaf `index`, rebuild the root; from the leaf up."""
    if len(leaves) <= 1:
        return []
    split = _split(len(leaves))
    if index < split:
        return [*path(leaves[:split], index), _root(leaves[split:])]
    return [*path(leaves[split:], index - split), _root(leaves[:split])]


def root_from_path(leaf: bytes, index: int, size: int, hashes: Sequence[bytes]) -> bytes | None:
    """The root that this leaf and path lead to; None if the path has not the right length."""
    if not 0 <= index < size:
        return None
    root, position, last = leaf, index, size - 1
    for sibling in hashes:
        if last == 0:
            return None
        if position % 2 or position == last:
            root = node_hash(sibling, root)
            while position % 2 == 0 and position:  # a subtree without right brother climbs
                position, last = position // 2, last // 2
        else:
            root = node_hash(root, sibling)
        position, last = position // 2, last // 2
    return root if last == 0 else None


def _split(size: int) -> int:
    """The largest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def _root(leaves: Sequence[bytes]) -> bytes:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root

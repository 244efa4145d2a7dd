"""RFC 6962 trees: known roots, and each path leads to its root and to no other."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sad.audit.merkle import EMPTY, Tree, leaf_hash, path, root_from_path

# Inputs and roots of the reference tests of Certificate Transparency.
INPUTS = [
    "", "00", "10", "2021", "3031", "40414243",
    "5051525354555657", "606162636465666768696a6b6c6d6e6f",
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def _root(leaves: list[bytes]) -> bytes:
    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root


def test_known_roots() -> None:
    leaves = [hashlib.sha256(b"\0" + bytes.fromhex(text)).digest() for text in INPUTS]
    assert [_root(leaves[: n + 1]).hex() for n in range(8)] == ROOTS
    assert _root([]) == EMPTY


@given(st.integers(1, 70), st.data())
def test_each_path_leads_to_the_root_and_nowhere_else(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes(16), f"chain:{n}", n, bytes(32)) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    hashes = path(leaves, index)
    assert root_from_path(leaves[index], index, size, hashes) == _root(leaves)
    assert root_from_path(leaf_hash(b"x" * 16, "chain:0", 0, bytes(32)), index, size, hashes) != (
        _root(leaves)
    )
    assert root_from_path(leaves[index], index, size, [*hashes, bytes(32)]) is None
    if hashes:
        assert root_from_path(leaves[index], index, size, hashes[:-1]) is None


@pytest.mark.parametrize("index", [-1, 3])
def test_an_index_outside_the_tree_leads_nowhere(index: int) -> None:
    assert root_from_path(bytes(32), index, 3, []) is None

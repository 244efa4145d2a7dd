"""The disk is full: an answer that says so, nothing half, what was given stays given."""

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tests.attachments.samples import PDF
from tests.faults.yard import Browser, Caller, open_yard
from tests.support.missing import require_component

Shown = Callable[[str], None]
SMALL = "24m"
PRICE = "4217,89"  # typed on the full disk: it must not be in the log either


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB, in memory."""
    folder = tmp_path / "small"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL}", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and subprocess.run(command, check=False).returncode == 0
    require_component("small disk in memory (mount, as root)", mounted)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """Takes every byte left."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            with suppress(OSError):  # no space left on device
                while file.write(b"\0" * size) == size:
                    pass
    return filler


def test_a_full_disk_refuses_and_loses_nothing(
    small_disk: Path, tmp_path: Path, shown: Shown
) -> None:
    with open_yard("sqlite", tmp_path, data=small_disk) as yard:
        scene = yard.market(suppliers=3)
        market = scene.market_id
        server = yard.serve()
        alder, birch = (yard.caller(server, part) for part in ("alder", "birch"))
        given = alder.submit(market, alder.put(market)).body["id"]
        before = alder.receipt(market, given)
        digest = birch.put(market)
        browser = yard.browser(server, yard.session("birch"))
        filler, key = fill(small_disk), uuid4()
        statuses = _refused(browser, birch, market, digest, key)
        assert alder.receipt(market, given) == before
        filler.unlink()
        again = birch.submit(market, digest, key)
        assert again.status == 201, again.text
        assert alder.receipt(market, given) == before
        assert len(yard.kept(scene).rows) == 2 and yard.kept(scene).whole
        assert yard.verified().intact
        incoming = small_disk / "files" / "incoming"
        assert list(incoming.iterdir()) == []
        _log_is_clean(server.said)
        shown(f"no byte left: {statuses}, in French, no traceback; the same key then gave 201")
        shown("the receipt given before reads the same; journal intact; nothing half kept")


def _refused(browser: Browser, birch: Caller, market: UUID, digest: str, key: UUID) -> str:
    """Each kind of request that writes; their statuses."""
    sent = birch.submit(market, digest, key)
    typed = birch.call(
        "PUT",
        f"/api/v1/markets/{market}/offer",
        {"lines": [{"position": 1, "values": {"price": PRICE, "condition": "Bon"}}]},
    )
    file = birch.call(
        "POST",
        f"/api/v1/markets/{market}/attachments?line=1",
        raw=PDF + b"%" * (1 << 20),
        **{"X-File-Name": "devis.pdf"},
    )
    page = browser.post(f"/reponse/{market}/envoyer", {"digest": digest, "act_key": str(uuid4())})
    answers = {"sending": sent, "typing": typed, "joining a file": file, "a page": page}
    for name, answer in answers.items():
        assert answer.status in (500, 503), (name, answer.status, answer.text)
        for word in ("Traceback", "sqlite", "INSERT", "UPDATE", "disk is full", "No space"):
            assert word not in answer.text, (name, answer.text)
        if name != "a page":
            assert answer.body["detail"] and answer.body["status"] == answer.status
    assert "<h1" in page.text and "Une erreur est survenue" in page.text
    return ", ".join(f"{name} {answer.status}" for name, answer in answers.items())


def _log_is_clean(said: str) -> None:
    """The log names the kind of failure and its place, never a statement nor what was typed."""
    assert "OperationalError" in said
    for word in ("Traceback", "SQL:", "parameters", PRICE, "devis", "brume", "Bon"):
        assert word not in said, said[:2000]

"""clamd heard for what it says, whatever it does: clean, infected, too long, away."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest

from app import antivirus
from app.antivirus import AddressUnusable, Clamd
from app.settings import SettingError, load
from app.wiring import _scanner
from sad.attachments.scanning import Finding, Silence, Verdict, scan_all
from tests.attachments.samples import PDF
from tests.support.antivirus import EICAR, SIGNATURE, STREAM_MOST, clamd

AWAY = Finding(Verdict.UNKNOWN, Silence.AWAY)


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("clamd://antivirus:3311", ("antivirus", 3311)),
        ("clamd://antivirus", ("antivirus", 3310)),
        ("clamd://[::1]:3310/", ("::1", 3310)),
        ("clamd+unix:///run/clamav/clamd.ctl", "/run/clamav/clamd.ctl"),
    ],
)
def test_addresses(url: str, address: object) -> None:
    assert Clamd.at(url).address == address


@pytest.mark.parametrize(
    "url",
    [
        "http://antivirus:3310",
        "clamd://",
        "clamd://hote:port",
        "clamd://hote/dossier",
        "clamd+unix://hote/chemin",
        "clamd+unix:///",
        "antivirus:3310",
    ],
)
def test_a_wrong_address_stops_the_start_and_says_what_is_expected(url: str) -> None:
    with pytest.raises(AddressUnusable):
        Clamd.at(url)
    with pytest.raises(SettingError, match="clamd://hôte:port"):
        _scanner(load({"SCANNER_URL": url}).scanner_url)


def test_without_a_setting_there_is_no_scanner() -> None:
    assert _scanner(load({}).scanner_url) is None


def test_a_real_clamd_gives_its_verdicts() -> None:
    scanner = Clamd.at(clamd())
    assert scan_all(scanner, [PDF]) == Finding(Verdict.CLEAN)
    assert scan_all(scanner, [EICAR]) == Finding(Verdict.INFECTED, SIGNATURE)
    cut_anywhere = [PDF, EICAR[:20], EICAR[20:]]
    assert scan_all(scanner, cut_anywhere) == Finding(Verdict.INFECTED, SIGNATURE)
    assert scan_all(scanner, []) == Finding(Verdict.CLEAN)
    block = bytes(65_536)
    too_long = [block] * (STREAM_MOST // len(block) + 20)
    assert scan_all(scanner, too_long) == Finding(Verdict.UNKNOWN, Silence.TOO_LARGE)


def test_a_scanner_away_says_so_and_takes_no_time() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    assert scan_all(Clamd(("127.0.0.1", port)), [PDF]) == AWAY
    assert scan_all(Clamd("/nulle/part"), [PDF]) == AWAY


@pytest.fixture
def rude() -> Iterator[tuple[str, int]]:
    """A server that hangs up on whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.recv(1000)
                connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()
        listening.shutdown(socket.SHUT_RDWR)


def test_a_scanner_that_says_nothing_is_left_alone_for_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(antivirus, "ANSWER_WITHIN", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as mute:  # its queue accepts, nobody answers
        scanner = Clamd(mute.getsockname())
        assert scan_all(scanner, [PDF]) == AWAY
        monkeypatch.setattr(antivirus, "ANSWER_WITHIN", 60.0)
        begun = time.monotonic()
        assert scan_all(scanner, [PDF]) == AWAY  # not even asked
        assert time.monotonic() - begun < 1


def test_a_scanner_that_dies_in_the_middle_is_away(rude: tuple[str, int]) -> None:
    assert scan_all(Clamd(rude), [PDF, bytes(1_000_000), bytes(1_000_000)]) == AWAY

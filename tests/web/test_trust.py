"""Public keys and seals: read by anybody, enough to check without this server."""

from sad.audit.chains import INSTALLATION
from sad.audit.sealcheck import read_seals
from sad.audit.seals import make_seal
from sad.audit.service import record
from sad.audit.signing import read_keys
from tests.support.rings import FixedRings
from tests.support.web import Site


def test_anybody_reads_the_keys_and_the_seals_they_sign(site: Site) -> None:
    for _ in range(2):
        with site.work("officer") as work:
            record(work, INSTALLATION, "installation.named", "x")
        with site.work("officer") as work:
            make_seal(work)
    stranger = site.anonymous()
    keys = read_keys(stranger.get("/.well-known/sad-keys.json").json())
    assert [key.id for key in keys] == [key.id for key in FixedRings().signing]
    seals = read_seals(stranger.get("/scelles.json").text, keys)
    assert [seal.facts["no"] for seal in seals] == list(range(1, len(seals) + 1))
    assert read_seals(stranger.get("/scelles.json?after=1").text, keys) == seals[1:]
    assert stranger.get("/scelles.json?after=x").status_code == 422


def test_the_feed_tells_no_chain(site: Site) -> None:
    with site.work("officer") as work:
        make_seal(work)
    assert "installation" not in site.anonymous().get("/scelles.json").text

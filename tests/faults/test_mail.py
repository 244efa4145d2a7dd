"""The mail relay is away: a receipt is given all the same, the mail follows, once."""

import time
from collections.abc import Callable

from sqlalchemy import text

from tests.faults.yard import Yard, wait
from tests.mail.relay import relay_on
from tests.support.server import free_port

Shown = Callable[[str], None]


def test_a_receipt_does_not_wait_for_the_relay(yard: Yard, shown: Shown) -> None:
    scene = yard.market()
    digest = yard.draft(scene, "alder")
    port = free_port()
    yard.settings |= {"SMTP_URL": f"smtp://127.0.0.1:{port}", "EMBEDDED_WORKER": "1"}
    server = yard.serve(workers=2)  # each with its own worker: one sends
    alder = yard.caller(server, "alder")
    start = time.monotonic()
    given = alder.submit(scene.market_id, digest)
    took = time.monotonic() - start
    assert given.status == 201
    assert alder.receipt(scene.market_id, given.body["id"])
    secret = yard.session("alder")
    inbox = yard.browser(server, secret).call("GET", "/messages")
    assert inbox.status == 200 and "/messages/" in inbox.text
    wait(lambda: _tried(yard) == 1, 30, server)
    with relay_on(port) as relay:
        with yard.engine.begin() as connection:  # as if the minute had passed
            connection.execute(text("UPDATE outbox SET due_at = created_at"))
        wait(lambda: len(relay.received) >= 1, 30, server)
        time.sleep(4)  # a second sending would come with the next run
        (mail,) = relay.received
    assert mail["to"] == "alder@brume.example"
    for word in (given.body["number"], "12,50", "Remarque"):
        assert word not in mail.as_string()
    assert "Traceback" not in server.said and "brume" not in server.said
    shown(f"{yard.kind}: receipt in {took:.2f} s with no relay; then one mail, neutral")


def _tried(yard: Yard) -> int:
    """Attempts to send the one mail, once it was put off."""
    with yard.engine.connect() as connection:
        row = connection.execute(text("SELECT attempts, claimed_by FROM outbox")).one()
        return int(row.attempts) if row.claimed_by is None else 0

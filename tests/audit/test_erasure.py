"""Erasing personal details: the hole has its event, and verification accepts no other hole."""

from sqlalchemy import Engine, text

from sad.audit.chains import supplier_chain
from sad.audit.erasure import erase_details
from sad.audit.service import record
from sad.kernel.ids import uuid7
from tests.audit.tamper import check, tamper

CHAIN = supplier_chain(uuid7())


def test_an_erased_detail_is_gone_and_accepted(database: Engine, work) -> None:
    with work() as w:
        for name in ("Zoé", "Ali", "Ida"):
            record(w, CHAIN, "supplier.renamed", CHAIN.id, details={"name": name})
    with work() as w:
        assert erase_details(w, CHAIN, [1, 3, 9], CHAIN.id) == [1, 3]
        assert erase_details(w, CHAIN, [1], CHAIN.id) == []
    with database.connect() as connection:
        left = connection.execute(text("SELECT json FROM audit_detail")).scalars().all()
    assert left == ['{"name":"Ali"}']
    assert check(database) == []
    assert check(database, rings=False) == []


def test_a_detail_put_back_or_removed_is_found(database: Engine, work) -> None:
    with work() as w:
        for name in ("Zoé", "Ali"):
            record(w, CHAIN, "supplier.renamed", CHAIN.id, details={"name": name})
    with work() as w:
        erase_details(w, CHAIN, [1], CHAIN.id)
    tamper(database, lambda hand: hand.do("UPDATE audit_detail SET seq = 1"))
    faults = check(database)
    assert [(kind, seq) for kind, _, seq in faults] == [("altered", 1), ("missing", 2)]

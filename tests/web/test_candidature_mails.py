"""Each mail and message about suppliers and candidatures can be written, in plain French."""

from datetime import date

from sqlmodel import select

from app.mail.render import render_mail
from sad.candidatures import decisions, service
from sad.candidatures.dictation import dictate
from sad.candidatures.schemas import RequestInput
from sad.candidatures.watching import watch
from sad.kernel.vault import open_json
from sad.notifications.service import MESSAGE, OUTBOX
from sad.notifications.tables import Message, Outbox
from sad.suppliers import service as suppliers
from sad.suppliers.schemas import PersonInput
from tests.candidatures.test_dictation import dictation
from tests.support.joined import decision, submitted
from tests.support.published import published_system
from tests.support.web import Site

EXPECTED = {
    "suppliers.invitation",
    "suppliers.person_added",
    "candidatures.received",
    "candidatures.to_examine",
    "candidatures.withdrawn",
    "candidatures.complements_asked",
    "candidatures.completed",
    "candidatures.extended",
    "candidatures.admitted",
    "candidatures.refused",
    "candidatures.update_asked",
    "candidatures.updated",
    "candidatures.hearing_opened",
    "candidatures.hearing_answered",
    "candidatures.admission_withdrawn",
    "candidatures.to_confirm",
    "candidatures.alert",
}


def test_every_mail_can_be_written(site: Site) -> None:
    request = RequestInput(text="Vos horaires de livraison.", due_on=date(2026, 9, 30))
    reasons = decision(site.cast.delegation_id)
    with site.work("officer") as work:
        system_id, (first, second) = published_system(work, "luminaires", "metal")
        dictate(work, system_id, dictation(first))
    with site.work("alder") as work:
        suppliers.invite(work, PersonInput(email="nina@exemple.example", name="Nina"))
        one, two = submitted(work, first), submitted(work, second)
    with site.work("birch") as work:
        service.withdraw(work, submitted(work, first))
    with site.work("officer") as work:
        decisions.ask_complements(work, [one], request)
        decisions.extend(work, one, "Assureur à joindre.")
    with site.work("alder") as work:
        service.complete(work, one, "De 8 h à 16 h.")
    site.clock.advance(days=20)
    with site.work() as work:
        watch(work)
    with site.work("officer") as work:
        decisions.admit(work, one, reasons)
        decisions.refuse(work, two, reasons)
        decisions.ask_update(work, [one], "Assurance ?")
        decisions.open_hearing(work, one, request)
    with site.work("alder") as work:
        service.update(work, one)
        service.answer_hearing(work, one, "Une erreur.")
    with site.work("officer") as work:
        decisions.withdraw_admission(work, one, reasons)
    with site.read() as work:
        letters = [
            open_json(work.rings, f"{OUTBOX}:{row.id}", row.sealed)
            for row in work.session.exec(select(Outbox))
        ] + [
            open_json(work.rings, f"{MESSAGE}:{row.id}", row.sealed) | {"to": "a@b.example"}
            for row in work.session.exec(select(Message))
        ]
    assert {letter["kind"] for letter in letters} == EXPECTED
    for letter in letters:
        mail = render_mail(
            letter["kind"],
            letter["to"],
            letter["facts"],
            letter["link"],
            "https://achats.example",
            letter.get("name", "Alder"),
        )
        assert "2026-" not in mail.subject + mail.text.split("https://")[0], mail.text
        assert "Bonjour" in mail.text
        assert "https://achats.example/" in mail.text

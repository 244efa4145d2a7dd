"""What a network passes on: a QR code that says the address, one page, a mail that opens whole."""

import io
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from pypdf import PdfReader

from app.rendering.relay import DEMANDS, Relay, mail, qr_svg, sheet
from sad.categories.schemas import CategoryView
from sad.sourcing.schemas import NextDemandView
from sad.systems.schemas import SystemView

ID = UUID(int=7)
ADDRESS = "https://achats.brume.example/sad/01a2048c-3a03-78e1-a8f9-ab696febde6e"


def relay(categories: int = 2, demands: int = 1) -> Relay:
    system = SystemView.model_construct(
        number="2026S01",
        title="Mobilier *du* #Totem",
        object="Meubler un bâtiment avec du réemploi, & rien de neuf. " * 4,
        closing_at=datetime(2030, 7, 31, 21, 59, tzinfo=UTC),
    )
    return Relay(
        system=system,
        buyer="Agglomération de Brume",
        contact={"name": "Claude Martin", "phone": "02 96 00 00 00", "mail": "c@brume.example"},
        categories=[
            CategoryView.model_construct(name=f"Catégorie n° {n}", nature="Mobilier de réemploi")
            for n in range(categories)
        ],
        demands=[
            NextDemandView(
                id=ID,
                system_id=ID,
                category_id=ID,
                category="Bois et métal",
                month=date(2027, 3, 1),
                quantity="une vingtaine de tables, à peu près " * 2,
                version=1,
            )
            for _ in range(demands)
        ],
        address=ADDRESS,
    )


@pytest.mark.parametrize("categories", [8, 20])
def test_the_sheet_keeps_to_one_page(categories: int) -> None:
    content = sheet(relay(categories, DEMANDS + 5), datetime(2026, 9, 1, tzinfo=UTC))
    pdf = PdfReader(io.BytesIO(content))
    assert len(pdf.pages) == 1
    text = " ".join(pdf.pages[0].extract_text().split())
    assert "Mobilier *du* #Totem" in text
    assert text.count("mars 2027") == DEMANDS
    links = [annotation.get_object() for annotation in pdf.pages[0]["/Annots"]]
    assert ADDRESS in {str(link["/A"]["/URI"]) for link in links if "/A" in link}


def test_the_mail_opens_whole_in_a_mail_program() -> None:
    ready = mail(relay())
    opened = parse_qs(urlsplit(ready.link).query)
    assert opened["subject"] == [ready.subject]
    assert opened["body"][0].replace("\r\n", "\n").strip() == ready.body.strip()
    assert ADDRESS in ready.body
    assert "jusqu'au mercredi 31 juillet 2030" in ready.body


def test_the_qr_code_has_nothing_a_policy_would_refuse() -> None:
    svg = qr_svg(ADDRESS).decode()
    assert svg != qr_svg(ADDRESS + "/x").decode()
    assert "style" not in svg
    assert "<script" not in svg

"""Feeds are read by programs: they parse, keep their ids, and say instants without doubt."""

from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree

from icalendar import Calendar

from app.rendering.feeds import ATOM, Feed, atom, calendar
from sad.markets.calls import OpenCall

SYSTEM, MARKET = UUID(int=1), UUID(int=2)
TYPED = 'Tables & <b>chaises</b> ; "Totem",\x0b\nniveau 2'
CALL = OpenCall(
    id=MARKET,
    number="2026S01-001-01",
    title=TYPED,
    category_id=UUID(int=3),
    category="Bois & métal",
    launched_at=datetime(2026, 9, 1, 8, tzinfo=UTC),
    deadline_at=datetime(2026, 10, 27, 11, tzinfo=UTC),  # noon in Paris, after the summer time
    changed_at=datetime(2026, 9, 3, 8, 30, tzinfo=UTC),
    revision=2,
)


def feed(*calls: OpenCall) -> Feed:
    return Feed(
        id=SYSTEM,
        title="Demandes & réponses",
        author="Agglomération de Brume",
        page="https://brume.example/sad/1",
        address="https://brume.example/sad/1/flux.atom",
        since=datetime(2026, 8, 1, tzinfo=UTC),
        calls=calls,
    )


def test_atom_holds_what_was_typed_and_nothing_more() -> None:
    root = ElementTree.fromstring(atom(feed(CALL)))
    space = {"a": ATOM}
    assert root.findtext("a:id", "", space) == SYSTEM.urn
    assert root.findtext("a:updated", "", space) == "2026-09-03T08:30:00Z"
    assert root.findtext("a:author/a:name", "", space) == "Agglomération de Brume"
    (entry,) = root.findall("a:entry", space)
    assert entry.findtext("a:title", "", space) == TYPED.replace("\x0b", "")
    assert entry.findtext("a:id", "", space) == MARKET.urn
    assert "mardi 27 octobre 2026 à 12 h 00" in entry.findtext("a:summary", "", space)
    hrefs = {link.get("rel"): link.get("href") for link in root.findall("a:link", space)}
    assert hrefs["self"] == "https://brume.example/sad/1/flux.atom"


def test_a_calendar_says_deadlines_in_universal_time() -> None:
    read = Calendar.from_ical(calendar(feed(CALL)))
    (event,) = read.walk("VEVENT")
    assert event["uid"] == str(MARKET)
    assert event.decoded("dtstart") == CALL.deadline_at
    assert event.decoded("sequence") == 2
    assert '<b>chaises</b> ; "Totem",\nniveau 2' in str(event["summary"])
    assert b"DTSTART:20261027T110000Z" in calendar(feed(CALL))


def test_without_calls_both_are_still_whole() -> None:
    root = ElementTree.fromstring(atom(feed()))
    assert root.findtext(f"{{{ATOM}}}updated") == "2026-08-01T00:00:00Z"
    assert list(Calendar.from_ical(calendar(feed())).walk("VEVENT")) == []

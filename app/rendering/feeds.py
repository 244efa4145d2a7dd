"""Open calls as an Atom feed (RFC 4287) and as a calendar (RFC 5545), for the programs of others.

Ids are those of the calls and never change; instants are in UTC; what people typed is escaped by
the libraries, once the characters that no XML may hold are taken out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from xml.etree import ElementTree

from icalendar import Calendar, Event

from app.rendering.french import moment
from sad.markets.calls import OpenCall

ATOM = "http://www.w3.org/2005/Atom"
ATOM_TYPE = "application/atom+xml; charset=utf-8"
CALENDAR_TYPE = "text/calendar; charset=utf-8"
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

ElementTree.register_namespace("", ATOM)


@dataclass(frozen=True)
class Feed:
    """What a feed is about. `page` and `address` are absolute: its page for people, its own.

    `since`: when its subject was published, the instant of a feed without calls.
    """

    id: UUID
    title: str
    author: str
    page: str
    address: str
    since: datetime
    calls: Sequence[OpenCall]


def atom(feed: Feed) -> bytes:
    """The feed as Atom: an entry a call, with its deadline in words."""
    root = ElementTree.Element(_tag("feed"), {"xml:lang": "fr"})
    _text(root, "id", feed.id.urn)
    _text(root, "title", feed.title)
    _text(root, "updated", _instant(max([feed.since, *(call.changed_at for call in feed.calls)])))
    _text(ElementTree.SubElement(root, _tag("author")), "name", feed.author)
    _link(root, "self", feed.address, ATOM_TYPE.partition(";")[0])
    _link(root, "alternate", feed.page, "text/html")
    for call in feed.calls:
        entry = ElementTree.SubElement(root, _tag("entry"))
        _text(entry, "id", call.id.urn)
        _text(entry, "title", call.title)
        _text(entry, "published", _instant(call.launched_at))
        _text(entry, "updated", _instant(call.changed_at))
        _link(entry, "alternate", _page(feed, call), "text/html")
        ElementTree.SubElement(entry, _tag("category"), {"term": clean(call.category)})
        _text(entry, "summary", _sentence(call))
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def calendar(feed: Feed) -> bytes:
    """The deadlines as a calendar: an event without length a call, at its last instant."""
    made = Calendar()
    made.add("prodid", "-//Systeme d'acquisition dynamique//FR")
    made.add("version", "2.0")
    made.add("x-wr-calname", clean(feed.title))
    for call in feed.calls:
        event = Event()
        event.add("uid", str(call.id))
        event.add("dtstamp", call.changed_at.astimezone(UTC))
        event.add("last-modified", call.changed_at.astimezone(UTC))
        event.add("sequence", call.revision)
        event.add("dtstart", call.deadline_at.astimezone(UTC))
        event.add("transp", "TRANSPARENT")
        event.add("summary", f"Dernier instant pour répondre : {clean(call.title)}")
        event.add("description", _sentence(call))
        event.add("url", _page(feed, call))
        made.add_component(event)
    return bytes(made.to_ical())


def _page(feed: Feed, call: OpenCall) -> str:
    return f"{feed.page}#demande-{call.number}"


def _sentence(call: OpenCall) -> str:
    words = f"Demande de prix n° {call.number}, {call.category}."
    until = f"Répondre avant le {moment(call.deadline_at)}, heure de Paris."
    return clean(f"{words} {until} Réservé aux structures admises dans la catégorie.")


def _instant(value: datetime) -> str:
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clean(text: str) -> str:
    """A text without the characters that no XML document, nor calendar, may hold."""
    return NOT_XML.sub("", text)


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, _tag(name)).text = clean(text)


def _link(parent: ElementTree.Element, relation: str, href: str, kind: str) -> None:
    ElementTree.SubElement(parent, _tag("link"), {"rel": relation, "href": href, "type": kind})

"""A copy of a case on paper: the same words as on its page and in its files, in the same order, as a PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime

from casework import paper
from casework.contract.language import gettext as _
from casework.core import clock
from casework.core.export_files import NOT_SEALED, PARTS, TITLES, about, exchanged, notice, objected, told, what
from casework.core.export_shape import Content, Written


def pdf(content: Content) -> bytes:
    """The copy as a PDF; the same copy is the same bytes."""
    return paper.copy(on_paper(content))


def on_paper(content: Content) -> paper.Copy:
    """What is printed of a copy: everything in it that is said in words."""
    return paper.Copy(
        on=clock.today(datetime.fromisoformat(content.made_at)),
        title=TITLES[content.purpose],
        facts=tuple(paper.Part(term, when(words)) for term, words in about(content)),
        notice=notice(content),
        sections=tuple(_sections(content)),
        withheld=tuple(paper.Withheld(what(one), one.law, one.reason) for one in content.withheld),
        digest=hashlib.sha256(content.as_json()).hexdigest(),
    )


def when(words: str) -> str:
    """A moment as a Swedish clock shows it; other words as they are."""
    try:
        moment = datetime.fromisoformat(words)
    except ValueError:
        return words
    return words if moment.tzinfo is None else clock.local(moment).strftime("%Y-%m-%d %H.%M")


def _sections(content: Content) -> Iterator[paper.Section]:
    people = ((PARTS[one.part], (one.name, one.number or "", one.birth_date or "")) for one in content.persons)
    yield paper.Section(_("Personer"), tuple(paper.Part(part, _listed(*words)) for part, words in people))
    steps = (paper.Part(when(one.at), f"{one.label}. {one.reason}".strip()) for one in content.steps)
    yield paper.Section(_("Skeden"), tuple(steps))
    yield from map(_entry, content.entries)
    for heading, several in exchanged(content):
        for one in several:
            parts = (paper.Part(part.label, part.words or "") for part in one.parts)
            yield paper.Section(f"{heading}: {one.label}, {one.on}", tuple(parts))
    if content.shared:
        rows = (paper.Part(agency, when) for agency, when in told(content))
        yield paper.Section(_("Lämnat till andra myndigheter"), tuple(rows))


def _entry(entry: Written) -> paper.Section:
    answers = (paper.Part(one.label, NOT_SEALED if one.words is None else one.words) for one in entry.answers)
    signed = paper.Part(_("Signerad"), _listed(when(entry.signed_at), entry.author))
    objections = (paper.Part(term, words) for term, words in objected(entry))
    return paper.Section(f"{entry.label}, {entry.event_on}", (signed, *answers, *objections))


def _listed(*words: str) -> str:
    return ", ".join(word for word in words if word)

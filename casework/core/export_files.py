"""A copy of a case as files anybody can read: JSON for machines, HTML and PDF for people, and the digest of each."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from xml.etree import ElementTree

from casework.contract.language import gettext as _
from casework.core import case_people
from casework.core.errors import Broken
from casework.core.export_choices import COMMUNICATION
from casework.core.export_items import OBJECTED
from casework.core.export_shape import FORMAT, Content, KeptBack, Told, Written

LABEL = "case-export"
"""What a sealed file of a copy says it is (``streams``)."""
JSON, PAGE, PDF, MANIFEST, ABOUT = "case.json", "case.html", "case.pdf", "manifest.json", "LASMIG.txt"
WHEN = (1980, 1, 1, 0, 0, 0)
"""The time every file bears, so that the same copy is the same bytes."""
Facts = Iterable[tuple[str, str]]
TITLES = {
    "extract": _("Registerutdrag"),
    "party": _("Kopia till part"),
    "archive": _("Arkivexemplar"),
    COMMUNICATION: _("Underrättelse före beslut"),
}
PARTS = {"subject": _("Personen som ärendet gäller")} | dict(case_people.ROLES)
NOT_SEALED = _("Förseglad uppgift, går inte med")
CAME_IN, WENT_OUT = _("Kommit in från andra"), _("Lämnat till andra")
LEFT_OUT = _("Uppgifter om andra än mottagaren är utelämnade eller svärtade.")
ASKS = _(
    "Innan vi beslutar i ärendet får du ta del av det som beslutet kan grundas på (25 § förvaltningslagen). Om något "
    "är fel eller saknas kan du svara, i skrift eller muntligen. Svara senast {day}. Svarar du inte kan vi besluta "
    "ändå."
)
README = f"""Kopia av ett ärende, format {FORMAT}

{PAGE}      att läsa i en webbläsare
{PDF}       att skriva ut eller bevara (PDF/A-2a, PDF/UA-1)
{JSON}      samma uppgifter för program (JSON, UTF-8)
{MANIFEST}  format, ändamål och SHA-256 för varje fil

Tider är UTC enligt ISO 8601. I {JSON} är "words" svaret i ord; null betyder att svaret inte går med, och
"left_out" säger varför. "objections" är vad någon anser vara fel i uppgiften. "corrects" pekar på anteckningen som
rättas. Det om ärendet som inte lämnas är tomt. Filerna innehåller sekretessbelagda uppgifter.
"""


def packed(content: Content, pdf: bytes) -> bytes:
    """A zip with the copy, its print (``export_paper``) and a manifest that names the digest of each file."""
    files = {JSON: content.as_json(), PAGE: page(content), PDF: pdf, ABOUT: README.encode()}
    digests = {name: hashlib.sha256(body).hexdigest() for name, body in files.items()}
    manifest = {
        "format": FORMAT,
        "export": content.export,
        "purpose": content.purpose,
        "made_at": content.made_at,
        "entries": len(content.entries),
        "sha256": digests,
    }
    files[MANIFEST] = json.dumps(manifest, indent=1, sort_keys=True).encode()
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(zipfile.ZipInfo(name, WHEN), body, zipfile.ZIP_DEFLATED)
    return kept.getvalue()


def require_whole(body: bytes) -> dict[str, bytes]:
    """The files of a packed copy; raises Broken unless each is what the manifest says."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        wanted = json.loads(files[MANIFEST])["sha256"]
    except (zipfile.BadZipFile, KeyError, ValueError):
        raise Broken("not a copy of a case") from None
    if {name: hashlib.sha256(files.get(name, b"")).hexdigest() for name in wanted} != wanted:
        raise Broken("the copy is not what was handed out")
    if set(files) != {*wanted, MANIFEST}:
        raise Broken("something is added to the copy")
    return files


def page(content: Content) -> bytes:
    """The copy as one page without anything that is fetched from elsewhere."""
    root = ElementTree.Element("html", lang="sv")
    head = ElementTree.SubElement(root, "head")
    ElementTree.SubElement(head, "meta", charset="utf-8")
    ElementTree.SubElement(head, "title").text = TITLES[content.purpose]
    body = ElementTree.SubElement(root, "body")
    _line(body, "h1", TITLES[content.purpose])
    _facts(body, about(content))
    if said := notice(content):
        _line(body, "p", said)
    _line(body, "h2", _("Personer"))
    for one in content.persons:
        numbers = (one.number or "", one.birth_date or "")
        _facts(body, [(PARTS[one.part], ", ".join(word for word in (one.name, *numbers) if word))])
    _line(body, "h2", _("Skeden"))
    _facts(body, [(one.at, f"{one.label}. {one.reason}".strip()) for one in content.steps])
    _line(body, "h2", _("Anteckningar och formulär"))
    for entry in content.entries:
        _line(body, "h3", f"{entry.label}, {entry.event_on}")
        signed = " ".join(word for word in (_("Signerad"), entry.signed_at, entry.author) if word)
        _line(body, "p", signed)
        _facts(body, [(one.label, NOT_SEALED if one.words is None else one.words) for one in entry.answers])
        _facts(body, objected(entry))
    for heading, several in exchanged(content):
        _line(body, "h2", heading)
        for told_of in several:
            _line(body, "h3", f"{told_of.label}, {told_of.on}")
            _facts(body, [(part.label, part.words or "") for part in told_of.parts])
    if content.withheld:
        _line(body, "h2", _("Det här lämnas inte ut"))
        _facts(body, [(what(one), f"{one.law}. {one.reason}") for one in content.withheld])
    if content.shared:
        _line(body, "h2", _("Lämnat till andra myndigheter"))
        _facts(body, told(content))
    html: bytes = ElementTree.tostring(root, encoding="utf-8", method="html")
    return b"<!doctype html>\n" + html


def objected(entry: Written) -> Iterator[tuple[str, str]]:
    """What is held to be wrong in an entry: by whom and since when, and the words."""
    for one in entry.objections:
        who = " ".join(word for word in (PARTS.get(one.part, ""), one.name) if word)
        yield f"{OBJECTED}, {who}, {one.received_on}", NOT_SEALED if one.words is None else one.words


def exchanged(content: Content) -> Iterator[tuple[str, Sequence[Told]]]:
    """What came in and what was given to others, as far as any of it is told, each under its heading."""
    for heading, several in ((CAME_IN, content.received), (WENT_OUT, content.given)):
        if several:
            yield heading, several


def notice(content: Content) -> str:
    """What whoever gets a copy is told first; nothing for the archive."""
    if content.answer_by is not None:
        return f"{ASKS.format(day=content.answer_by)} {LEFT_OUT}"
    return "" if content.purpose == "archive" else LEFT_OUT


def what(one: KeptBack) -> str:
    """What was kept back, in words that say only how much of it and where it stood."""
    if not one.where:
        return _("En hel anteckning, ett helt formulär eller något annat helt")
    return (_("{where}: en del av en uppgift") if one.partly else _("{where}: en uppgift")).format(where=one.where)


def about(content: Content) -> Iterator[tuple[str, str]]:
    """What a copy is of, and for whom, in terms and words."""
    yield _("Kommun"), content.municipality
    of_case = (
        (_("Ärende"), content.number),
        (_("Område"), ", ".join(word for word in (content.area, content.case_type) if word)),
        (_("Skede"), content.state),
        (_("Öppnat"), content.opened_on),
        (_("Avslutat"), content.closed_on or ("–" if content.state else "")),
    )
    yield from ((term, words) for term, words in of_case if words)
    yield _("Mottagare"), content.recipient or _("Arkivet")
    yield _("Kopian gjord"), content.made_at
    if content.answer_by is not None:
        yield _("Svara senast"), content.answer_by


def told(content: Content) -> Iterator[tuple[str, str]]:
    """What was told outside as a status: to whom, and from when until when."""
    for one in content.shared:
        until = one["ended_at"] or one["valid_until"]
        yield str(one["agency"]), f"{one['valid_from']} – {until}"


def _line(body: ElementTree.Element, tag: str, text: str) -> None:
    ElementTree.SubElement(body, tag).text = text


def _facts(body: ElementTree.Element, pairs: Facts) -> None:
    """A list of terms and what they say; a text keeps its lines."""
    found = ElementTree.SubElement(body, "dl")
    for term, words in pairs:
        ElementTree.SubElement(found, "dt").text = term
        said = ElementTree.SubElement(found, "dd")
        for nth, line in enumerate(words.splitlines() or [""]):
            if nth:
                ElementTree.SubElement(said, "br").tail = line
            else:
                said.text = line

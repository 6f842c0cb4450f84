"""A copy of a case on paper says what the copy says, word for word, and nothing that was left out of it."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import asdict, replace

from casework import paper
from casework.core import export_files, export_paper
from casework.core.blackening import BLACKED
from casework.core.export_choices import Choice
from casework.core.export_rules import Wanted
from tests.core.copies import EXTRACT, about, closed, hand_out, items, order, put, subject
from tests.paper.sheets import chance, read, squeezed, told, word
from tests.worlds import World, personal_number


def printed(content) -> str:
    return read(export_paper.pdf(content))


def words(world: World, content) -> list[str]:
    """Every word of content that the copy holds, as it stands on paper."""
    said = [content.municipality, content.number, content.recipient, *(one.name for one in content.persons)]
    for entry in content.entries:
        said += [entry.label, entry.event_on, *(one.label for one in entry.answers)]
        said += [one.words for one in entry.answers if one.words is not None]
    return [squeezed(one.replace(BLACKED, "maskerat")) for one in said if one]


def test_a_mask_is_the_same_in_a_copy_and_on_paper():
    assert BLACKED == paper.MASK


def test_whatever_is_chosen_is_on_paper_and_nothing_else(world):
    by = chance()
    case = world.case("maja", name="Gösta Exempelsson")
    put(world, case, "Vera Uttersson", "child")
    texts = [f"{word(by)} Vera {word(by)}" for _ in range(12)]
    ids = [world.sign("maja", case, "note", text=text, heading=word(by)) for text in texts]
    about(world, case, "relation", secret := word(by))
    for _ in range(6):
        chosen = [id_ for id_ in ids if by.random() < 0.5] or ids[:1]
        made, _asked = order(world, case, Wanted("extract", entries=chosen, assessment="Prövat"))
        content = hand_out(world, made).content
        found = printed(content)
        assert [one for one in words(world, content) if one not in found] == []
        for id_, text in zip(ids, texts, strict=True):
            first, _name, last = text.split()
            assert (first in found, last in found) == (id_ in chosen, id_ in chosen)
        assert "Vera" not in found and "Uttersson" not in found and secret not in found and "maskerat" in found


def test_the_print_bears_the_digest_that_the_record_has_and_is_the_same_each_time(world):
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "note", text="Samtal")
    made, _asked = order(world, case, EXTRACT)
    done = hand_out(world, made)
    assert done.order.content_hash == hashlib.sha256(done.content.as_json()).hexdigest()
    assert squeezed(done.order.content_hash) in printed(done.content)
    assert export_paper.pdf(done.content) == export_paper.pdf(done.content)


def test_what_is_sealed_and_was_not_ordered_is_said_to_be_sealed_and_not_told(world):
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "threat")
    made, _asked = order(world, case, EXTRACT)
    content = hand_out(world, made).content
    sealed = [one for entry in content.entries for one in entry.answers if one.words is None]
    assert sealed and printed(content).count(squeezed("Förseglad uppgift, går inte med")) == len(sealed)


def test_the_archives_print_is_whole_and_tells_what_went_outside(world):
    case = world.case("maja", name="Gösta Exempelsson")
    world.sign("maja", case, "note", text="Samtal")
    world.permit(case)
    closed(world, case)
    made, _asked = order(world, case, Wanted("archive"))
    content = hand_out(world, made).content
    found = printed(content)
    assert content.shared and squeezed("Lämnat till andra myndigheter") in found and "Arkivexemplar" in found
    assert squeezed("Uppgifter om andra än mottagaren") not in found


def test_what_is_under_a_mask_is_nowhere_in_the_pdf_its_properties_links_bookmarks_or_file_name(world, tmp_path):
    """Looked for in each way a PDF writes text, with every stream taken out of its wrapping."""
    case = world.case("maja", name="Gösta Exempelsson")
    put(world, case, "Vera Kanariefågel", "partner")
    number = personal_number(world.people).digits
    text = f"Vera Kanarie-\nfågel, {number[:8]}-{number[8:]}, http://hemligt.example/vera bor på Dolda gatan 7"
    entry = world.sign("maja", case, "note", heading="Veras besök", text=text)
    wanted = replace(EXTRACT, entries=[entry], recipient_id=subject(world, case))
    asked = {one: Choice(*one, "give") for one in items(world, case, wanted)}
    asked[entry, "text"] = Choice(entry, "text", "mask", ("Dolda gatan 7", "hemligt.example"), "OSL_26_1", "Bostad")
    made, _asked = order(world, case, replace(wanted, choices=list(asked.values())))
    content = hand_out(world, made).content
    pdf = export_paper.pdf(content)
    (tmp_path / "print.pdf").write_bytes(pdf)
    bare = tmp_path / "bare.pdf"
    subprocess.run(["qpdf", "--qdf", "--object-streams=disable", str(tmp_path / "print.pdf"), str(bare)], check=True)
    whole = bare.read_bytes().lower()
    said = read(pdf).casefold() + told(pdf, tmp_path, "pdfinfo", "-meta").casefold()
    files = export_files.require_whole(export_files.packed(content, pdf))
    for canary in (
        "Vera",
        "Kanarie",
        "fågel",
        number[2:8],
        number[8:],
        "Dolda",
        "gatan 7",
        "hemligt.example",
        "bostad",
    ):
        hidden = canary.casefold()
        for how in ("utf-8", "utf-16-be", "latin-1"):
            assert hidden.encode(how) not in whole and hidden.encode("utf-16-be").hex().encode() not in whole, canary
        assert squeezed(hidden) not in squeezed(said), canary
        for name, body in files.items():
            assert hidden not in name.casefold(), name
            if name.endswith((".json", ".html", ".txt")) and not hidden.isdigit():
                assert hidden not in body.decode().casefold(), (name, canary)
    assert b"/uri" not in whole and "gösta" in said


def test_times_are_a_swedish_clocks(world):
    case = world.case("maja", name="Gösta Exempelsson")
    made, _asked = order(world, case, EXTRACT)
    content = hand_out(world, made).content
    said = [one["text"] for one in asdict(export_paper.on_paper(content))["facts"]]
    assert content.made_at not in said and not [one for one in said if "+00:00" in one]

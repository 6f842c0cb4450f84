"""Signed papers: what they are is told by their content, they lie sealed, and few may open them."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casework.core import consent_papers, consent_register, destruction
from casework.core.errors import NotFound, Refused
from casework.core.models import AuditEvent, Consent, ConsentPaper, ConsentUse
from casework.core.permissions import OPERATOR
from tests.core.consenting import TODAY, ask, child, consented, parts, wanted
from tests.core.papers import NONE, PAPERS, PDF, keep
from tests.worlds import World


def opened(world: World, case: str, consent: str, paper: str, who: str = "maja") -> consent_papers.Opened:
    with world.acting(who) as (session, actor):
        return consent_papers.open_paper(session, actor, case, consent, paper)


@pytest.mark.parametrize("kind", PAPERS)
def test_a_paper_comes_out_as_it_was_kept(world, kind):
    case = world.case()
    consent = consented(world, case)
    kept = keep(world, case, consent, PAPERS[kind])
    assert (kept.kind, kept.size) == (kind, len(PAPERS[kind]))
    assert opened(world, case, consent, kept.id) == consent_papers.Opened(kind, PAPERS[kind])
    with world.acting("maja") as (session, _maja):
        row = session.scalars(select(Consent)).one()
        assert consent_papers.of_consent(session, row) == [kept]


@pytest.mark.parametrize("name", NONE)
def test_what_only_calls_itself_a_paper_is_refused(world, name):
    case = world.case()
    consent = consented(world, case)
    assert consent_papers.kind_of(NONE[name]) is None
    with pytest.raises(Refused) as found:
        keep(world, case, consent, NONE[name])
    assert [one.field for one in found.value.refusals] == ["paper"]


def test_a_paper_may_be_as_large_as_the_bound_and_no_larger(world):
    case = world.case()
    consent = consented(world, case)
    largest = PDF[:9] + b"%" * (consent_papers.LARGEST - len(PDF)) + PDF[9:]
    assert keep(world, case, consent, largest).size == consent_papers.LARGEST
    for wrong in (b"%" + largest, b""):
        with pytest.raises(Refused):
            keep(world, case, consent, wrong)


def test_a_draft_has_no_paper_and_no_consent_more_than_the_bound(world, monkeypatch):
    case = world.case()
    giver = parts(world, case, "subject")[0]
    with world.acting("maja") as (session, maja):
        draft = consent_register.draft(session, maja, case, wanted(giver)).id
    with pytest.raises(Refused):
        keep(world, case, draft)
    monkeypatch.setattr(consent_papers, "MOST", 2)
    asked = ask(world, case, wanted(giver), None)
    for _nth in range(2):
        keep(world, case, asked)
    with pytest.raises(Refused):
        keep(world, case, asked)


def test_a_paper_lies_sealed_and_the_record_names_it_without_its_content(world):
    case = world.case()
    consent = consented(world, case)
    kept = keep(world, case, consent, PDF[:9] + b"Kalle Kanariepapper\n" + PDF[9:])
    opened(world, case, consent, kept.id)
    with world.session() as session:
        blob = session.scalars(select(ConsentPaper)).one().paper.blob
        acts = session.execute(select(AuditEvent.action, AuditEvent.detail, AuditEvent.case_id)).all()
    assert b"Kanarie" not in blob and b"%PDF" not in blob and b"JVBERi" not in blob  # nor as it is written in text
    ours = [one for one in acts if one.action.startswith("consent:paper")]
    assert sorted(one.action for one in ours) == ["consent:paper_added", "consent:paper_opened"]
    assert all(one.case_id == case and kept.id in one.detail and "Kanarie" not in one.detail for one in ours)


def test_only_who_is_named_for_what_is_sealed_opens_a_paper(world):
    case, other = world.case(), world.case()
    consent, elsewhere = consented(world, case), consented(world, other)
    kept = keep(world, case, consent)
    world.name(case, "sven", role="reader")
    wrong = [("sven", case, consent), ("erik", case, consent), ("vilma", case, consent), ("maja", other, elsewhere)]
    for who, where, whose in [*wrong, ("maja", case, elsewhere), ("maja", other, consent)]:
        with pytest.raises(NotFound):
            opened(world, where, whose, kept.id, who)
    world.name(case, "fia", role="reader", may_unseal=True)
    assert opened(world, case, consent, kept.id, "fia").content == PDF


def test_nobody_adds_a_paper_to_another_cases_consent_or_without_working_in_the_case(world):
    case, other = world.case(), world.case()
    consent = consented(world, case)
    with pytest.raises(NotFound):
        keep(world, other, consent)
    world.name(case, "sven", role="reader")
    with pytest.raises(NotFound), world.acting("sven") as (session, sven):
        consent_papers.add(session, sven, case, consent, PDF)


@pytest.mark.parametrize("change", ["kind = 'png'", "size = 1", "consent_id = case_id", "added_by = 'x'"])
def test_the_database_itself_lets_no_paper_be_moved_or_called_otherwise(world, change):
    case = world.case()
    keep(world, case, consented(world, case))
    with pytest.raises(DBAPIError), world.session() as session:
        session.connection().execute(text(f"UPDATE consent_papers SET {change} WHERE municipality = '1881'"))


def test_with_its_case_go_its_consents_their_papers_and_what_rested_on_them(world):
    case, other = child(world, 16), world.case()
    consents = [
        consented(world, case),
        *(consented(world, case, "guardian", nth, note="Inte om brodern") for nth in range(2)),
    ]
    world.permit(case, ground="register", until=TODAY.replace(month=12, day=20))
    giver = parts(world, case, "subject")[0]
    ask(world, case, wanted(giver), renews=consents[0])
    keep(world, case, consents[1])
    spared = consented(world, other)
    keep(world, other, spared)
    with world.session() as session:
        destruction.case(session, OPERATOR, case, {})
    with world.session() as session:
        assert session.scalars(select(Consent.id)).all() == [spared]
        assert session.scalars(select(ConsentPaper.consent_id)).all() == [spared]
        assert session.scalars(select(ConsentUse)).all() == []

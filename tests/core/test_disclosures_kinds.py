"""What a field declares of its answer binds a disclosure: of which kinds it is, and what must be answered first."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.contract import FactKind, LongText, Sensitivity, YesNo
from casework.contract.fields import Field
from casework.core import access, disclosure_decisions, disclosures, entries, telling_fields
from casework.core.actions import Action
from casework.core.consent_rules import KINDS
from casework.core.db import new_id
from casework.core.disclosure_content import Item
from casework.core.disclosure_rules import Look, asked, look
from casework.core.disclosure_wish import Wish
from casework.core.errors import Refused
from casework.core.models import Disclosure
from casework.core.permissions import Permission
from tests.core.consenting import TODAY, consented
from tests.core.disclosing import AGREED, ALONE
from tests.core.taking_part import BOTH, SSPF, ready, sspf, write
from tests.worlds import World


@pytest.fixture
def case(world: World) -> str:
    """A case about somebody of age, where Pia of the school could be told."""
    return sspf(ready(world), 19)


def seen(world: World, case: str, want: Wish) -> Look:
    with world.acting("maja") as (session, maja):
        row, decision = access.of_case(session, maja, Permission.CASE_SHARE, case, Action.CASE_OPENED)
        return look(decision, BOTH, row, want)


def offered(world: World, case: str) -> dict[str, Item]:
    """Every fact of the case by the name of its field."""
    groups = seen(world, case, Wish()).offered
    return {item.key.partition(":")[2]: item for group in groups for item in group.items}


def wish(world: World, case: str, *fields: str, ground: str = "OSL_12_2") -> Wish:
    there = offered(world, case)
    want = Wish(
        recipient=f"school:{world.ids['pia']}",
        items=tuple(there[name].key for name in fields),
        ground=ground,
        purpose="Planera stödet",
        harm="no",
        assessment="Prövat",
        until=TODAY,
        decider=world.ids["fia"],
        confirmed=AGREED,
    )
    applied = seen(world, case, want).applied
    return replace(want, replies=dict.fromkeys(asked(applied) if applied else (), "Ja"))


def assessed(world: World, case: str, want: Wish) -> Disclosure | set[str | None]:
    """What was assessed, or the fields at which it was refused."""
    with world.acting("maja") as (session, maja):
        try:
            return disclosures.assess(session, BOTH, maja, case, new_id(), want)
        except Refused as refusal:
            session.rollback()
            return {one.field for one in refusal.refusals}


def covering(world: World, case: str, *kinds: str) -> None:
    consented(world, case, agencies=("school",), kinds=kinds)


def test_a_consent_to_one_kind_opens_no_fact_of_another(world, case):
    covering(world, case, "school")
    made = assessed(world, case, wish(world, case, "name", "absence", "mapping.school"))
    assert isinstance(made, Disclosure) and made.state == "performed"
    both = wish(world, case, "absence", "mapping.home")
    assert assessed(world, case, both) == {"items", "ground"}
    there = offered(world, case)
    assert seen(world, case, both).uncovered == {there["mapping.home"].key: {FactKind.FAMILY}}
    assert assessed(world, case, wish(world, case, "mapping.home")) == {"ground"}
    assert assessed(world, case, wish(world, case, "name")) == {"ground"}  # it says that there is a case


def test_a_fact_of_several_kinds_takes_them_all(world, case):
    covering(world, case, "status", "family")
    assert assessed(world, case, wish(world, case, "mapping.strengths")) == {"ground"}
    covering(world, case, "leisure")
    assert isinstance(assessed(world, case, wish(world, case, "mapping.strengths")), Disclosure)


def test_what_is_of_no_declared_kind_takes_a_consent_to_everything(world, case):
    every = [kind for kind, _label in KINDS]
    covering(world, case, *every[:-1])
    assert assessed(world, case, wish(world, case, "concern_text")) == {"ground"}
    covering(world, case, every[-1])
    made = assessed(world, case, wish(world, case, "concern_text"))
    assert isinstance(made, Disclosure) and made.state == "assessed"  # it is not meant for the school: somebody decides


@pytest.mark.parametrize("ground", ["OSL_12_2", ALONE])
def test_what_the_police_have_not_decided_to_let_on_is_told_on_no_ground(world, case, ground):
    covering(world, case, *(kind for kind, _label in KINDS))
    for field in ("crime_info", "crime_info.date", "crime_info.may_be_told"):
        assert offered(world, case)[field].barred
        want = wish(world, case, "name", field, ground=ground)
        assert "items" in assessed(world, case, want), field  # type: ignore[operator]
        assert "Misstänkt" not in str(seen(world, case, want).content.parts)
    write(world, case, "crime_info", crime_info__may_be_told="yes")
    said = [item for group in seen(world, case, Wish()).offered for item in group.items if "crime_info" in item.key]
    assert sorted(item.may_be_chosen for item in said) == [False] * 3 + [True] * 3


def test_what_was_decided_is_not_given_once_the_answer_it_hangs_on_is_another(world, case):
    entry = write(world, case, "crime_info", crime_info__may_be_told="yes")
    want = replace(wish(world, case, "name", ground=ALONE), harm="maybe", items=(f"{entry}:crime_info",))
    made = assessed(world, case, want)
    assert isinstance(made, Disclosure)
    with world.acting("fia") as (session, fia):
        disclosure_decisions.decide(session, fia, made.id, made.content_hash or "", granted=True)
    with world.acting("maja") as (session, maja):
        said = {"crime_info.date": "2026-11-20", "crime_info": "Misstänkt för rån", "crime_info.may_be_told": "no"}
        entries.sign(session, BOTH, maja, case, "crime_info", said, corrects_id=entry)
    with world.acting("maja") as (session, maja), pytest.raises(Refused):
        disclosures.perform(session, BOTH, maja, case, made.id)


def test_a_field_hangs_on_one_that_is_there_and_is_of_a_kind_in_one_place():
    form = replace(SSPF.form("crime_info"), fields=(LongText("a", "A", sensitivity=Sensitivity.TEAM),))
    for field, words in (
        (replace(form.fields[0], told_if=("gone", "yes")), "unknown field"),
        (replace(SSPF.form("crime_info").field("crime_info"), about=(FactKind.HOUSING,)), "of other kinds"),
    ):
        kind = replace(SSPF, forms=(*(one for one in SSPF.forms if one.name != form.name), _only(form, field)))
        assert any(words in problem for problem in kind.problems())


def _only(form, field: Field):
    answer = YesNo("crime_info.may_be_told", "Får lämnas", sensitivity=Sensitivity.TEAM)
    return replace(form, fields=(field, answer))


def test_every_kind_is_one_that_a_consent_can_name():
    assert {kind for kind, _label in KINDS} == telling_fields.EVERY

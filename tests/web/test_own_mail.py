"""Where somebody gets letters: chosen by themselves after a confirmation, sealed, and shown to nobody else."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from casework.core import mail_addresses
from casework.core.models import InstallationEvent, MailAddress
from tests.web.conftest import PASSWORD
from tests.web.ways import account_of

PAGE = "/installningar/e-post"
ADDRESS = "maja.testlind@kumla.example"


@pytest.fixture(autouse=True)
def cheap(quick):
    """Passwords that cost little work."""


def chosen(installation, username="maja.testlind"):
    with installation.session(None) as session:
        return mail_addresses.of(session, account_of(session, username).id)


def test_an_address_is_kept_sealed_and_shown_to_its_owner(maja, installation):
    assert 'href="/installningar/e-post"' in maja.get("/installningar").text
    assert maja.post(PAGE, {"address": f" {ADDRESS} "}).location == "/installningar?sparat=1"
    assert chosen(installation) == ADDRESS
    assert f'value="{ADDRESS}"' in maja.get(PAGE).text
    with installation.session(None) as session:
        (row,) = session.scalars(select(MailAddress)).all()
        assert b"maja" not in row.address.blob and b"kumla" not in row.address.blob
        acts = session.scalars(select(InstallationEvent).where(InstallationEvent.action == "mail_address:changed"))
        assert [act.detail for act in acts] == ['{"kind":"chosen"}']


def test_an_address_is_taken_away_by_leaving_it_empty(maja, installation):
    maja.post(PAGE, {"address": ADDRESS})
    maja.post(PAGE, {"address": ""})
    assert chosen(installation) is None
    assert maja.post(PAGE, {"address": ""}).status_code == 303


@pytest.mark.parametrize(
    "typed",
    ["maja", "maja@", "maja@kumla", "maja@kumla.se\r\nBcc: x@x.se", "Maja <m@k.se>", "m@k.se, x@x.se", "å@k.se"],
)
def test_what_is_no_address_is_refused_and_stays_on_the_page(maja, installation, typed):
    answer = maja.post(PAGE, {"address": typed})
    assert answer.status_code == 422 and "Skriv adressen som namn@kommun.se" in maja.error(answer)
    assert chosen(installation) is None


def test_nobody_silences_letters_from_a_screen_left_open(maja, installation, clock):
    maja.post(PAGE, {"address": ADDRESS})
    clock.forward(minutes=6)
    assert maja.client.post(PAGE, data={"address": "", "csrf_token": maja.token("/hem")}).location == "/bekrafta"
    assert chosen(installation) == ADDRESS
    assert maja.post("/bekrafta", {"password": PASSWORD}).status_code == 303


def test_an_address_put_in_the_place_of_anothers_opens_for_nobody(maja, installation):
    maja.post(PAGE, {"address": ADDRESS})
    with installation.session(None) as session:
        (row,) = session.scalars(select(MailAddress)).all()
        vilma = account_of(session, "vilma.dummy").id
        session.add(MailAddress(account_id=vilma, address=row.address, changed_at=row.changed_at))
    assert chosen(installation, "vilma.dummy") is None
    assert chosen(installation) == ADDRESS

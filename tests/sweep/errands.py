"""What goes to and from others on the day: handed over, met about, objected to, mailed; each word a canary."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from casework.core import (
    clock,
    credentials,
    handover_assessments,
    handover_sending,
    handover_steps,
    mail_addresses,
    meetings,
    notices,
    objections,
)
from casework.core.db import new_id
from casework.core.models import Entry, Handover
from casework.core.objections import Said
from tests import mail
from tests.cli.conftest import Casework
from tests.core import disclosing, meeting, taking_part
from tests.core.handing import ASKED, Hand
from tests.sweep.day import Day
from tests.sweep.places import Traces

ORIGIN, SENDER = "https://hallpunkt.example.se", "hallpunkt@kumla.example"


def hand_over(day: Day, case_id: str) -> None:
    """A report taken into a case, one assessed without, a question declined and one answered."""
    said, hand = day.said, Hand(day.world)

    def report(kind: str) -> str:
        given: dict[str, Any] = {name: said(f"a report {kind}, {name}") for name in ("child_name", "worry", "contact")}
        return hand.open(hand.report(**given))

    hand.add(hand.pass_on(report("taken in"), "maja"), case_id)
    assessed = hand.pass_on(report("assessed"), "fia")
    with day.world.acting("fia") as (session, fia):
        words = said("an assessment without a case")
        handover_assessments.record(session, fia, assessed, "elsewhere", words, token=new_id())
    with day.world.acting("pia") as (session, pia):
        asked = {name: said(f"a question, {name}") for name in ASKED}
        day.ids["handover_id"] = handover_sending.send(session, pia, "question", asked, token=new_id()).id
    for kind in ("declined", "answered"):
        made = disclosing.assessed(day.world, case_id, disclosing.wish(day.world, case_id, wants_answer=True))
        with day.world.session() as session:
            sent = session.scalars(select(Handover.id).where(Handover.disclosure_id == made.id)).one()
        hand.open(sent, "erik")
        with day.world.acting("erik") as (session, erik):
            if kind == "declined":
                handover_steps.decline(session, erik, sent, "other", said("why it was declined"), token=new_id())
            else:
                handover_steps.answer(session, erik, sent, "words", said("an answer in words"), token=new_id())


def meet(day: Day) -> None:
    """A meeting in a case in which somebody of the school takes part."""
    case, said = meeting.of_two_partners(day.world), day.said
    came = [meeting.came(day.world, case, meeting.PIA, said("told at a meeting"))]
    with day.world.acting("maja") as (session, maja):
        held = meeting.wanted(came, place=said("where a meeting was"))
        meetings.record(session, taking_part.BOTH, maja, case, new_id(), held)


def object_to(day: Day, case_id: str) -> None:
    """What the case's person holds to be wrong in a note."""
    with day.world.acting("maja") as (session, maja):
        note = select(Entry.id).where(Entry.case_id == case_id, Entry.form == "note", Entry.state == "signed")
        who = day.world.get(session, case_id).subject_id or ""
        words = Said(who, clock.today(session.now), day.said("an objection"))
        objections.note(session, maja, case_id, session.scalars(note.limit(1)).one(), words)


def send_letters(day: Day, traces: Traces) -> None:
    """A letter about something to read, through a real mail server; its address stands in its head alone."""
    leo = day.world.ids["leo"]  # whose pages nobody breaks or asks for today
    with day.world.session(None) as session:
        mail_addresses.choose(session, leo, f"{day.said('an address for letters')}@kumla.example")
        credentials.add_app(session, leo, day.said("the secret of an app"), 0)
    earlier = replace(day.world.installation, clock=lambda: clock.system() - timedelta(hours=2))
    with earlier.session(None) as session:  # the command goes by the machine's own clock
        notices.tell(session, leo, "sign_in_tried")
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # the server's own, which would say to whom a letter goes
    with mail.server() as (box, port):
        chosen: dict[str, Any] = {
            "CASEWORK_SMTP": f"smtp://127.0.0.1:{port}",
            "CASEWORK_MAIL_FROM": SENDER,
            "CASEWORK_ORIGIN": ORIGIN,
        }
        Casework(day.world.database)("notices", "send", **chosen)
    assert box.letters
    for nth, letter in enumerate(box.letters):
        del letter["To"]
        (traces.folder / "mail" / f"letter{nth}").write_bytes(letter.as_bytes())

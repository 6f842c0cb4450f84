"""What is on its way in the demonstration: a report from the school that waits, one that came wrong, and a question."""

from __future__ import annotations

from casework.core import accounts, handover_assessments, handover_sending, handover_steps
from casework.core.db import new_id
from casework.core.handover_replies import Contact
from casework.core.installation import Installation

WHERE = "1881"
SCHOOL, POLICE, INTAKE = "tora.provander", "erik.demosson", "elin.exempelsson"
WAITS = {
    "child_name": "Nilo Fiktivsson",
    "child_number": "2012-08-17",
    "child_where": "I skolan, årskurs 8",
    "worry": "Har kommit sent eller inte alls i sex veckor. Säger att äldre killar väntar på honom utanför hemmet.\n"
    "I går hade han 4 000 kronor på sig och ville inte säga varifrån.",
    "danger": "no",
    "done": "Samtal med honom och med mentorn.",
    "child_says": "Att han inte vågar gå hem själv.",
    "guardians_told": "no",
    "contact": "Kurator, elevhälsan, 019-00 00 00",
}
MISSENT = WAITS | {"child_name": "Ebba Påhittsson", "child_number": "2014-02-03", "worry": "Bor numera i Laxå."}
ASKED = {
    "subject": "Vem ringer vi efter kontorstid?",
    "question": "Vi har bytt jourlista. Vilket nummer gäller till er i helgen?",
    "contact": "Områdespolis, 019-00 00 00",
}


def send(installation: Installation) -> bool:
    """Send them; False where the example has nobody to send them."""
    with installation.session(WHERE) as session:
        found = {who: accounts.find(session, who) for who in (SCHOOL, POLICE, INTAKE)}
        people = {who: accounts.actor(session, account) for who, account in found.items() if account is not None}
        if len(people) < len(found):
            return False
        missent = handover_sending.send(session, people[SCHOOL], "report", MISSENT, token=new_id())
        handover_steps.open_one(session, people[INTAKE], missent.id)
        contact = Contact("019-00 00 00", people[INTAKE].id)
        handover_assessments.tell(session, people[INTAKE], missent.id, "other_municipality", contact)
        handover_sending.send(session, people[SCHOOL], "report", WAITS, token=new_id(), wants_feedback=True)
        handover_sending.send(session, people[POLICE], "question", ASKED, token=new_id())
    return True

"""Who is answered on which page: a decision somebody has made for every route."""

from __future__ import annotations

TEAM = {"maja"}
CASEWORKERS = {"maja", "sven", "fia", "ulf", "vilma", "berta"}
DUTY = {"jon"}
INTAKE = {"ida"} | DUTY
POLICE = {"erik"}
PARTNERS = {"pia"}
ADMINISTRATORS = {"lo", "leo"}
OTHERS = {"greta", "lars"}
SIGNED_IN = CASEWORKERS | INTAKE | POLICE | PARTNERS | ADMINISTRATORS | OTHERS
READERS = CASEWORKERS | INTAKE | POLICE | PARTNERS | {"lars"}
OUTSIDE = POLICE | PARTNERS
DESK = CASEWORKERS | INTAKE | {"lars"}

LEAD = {"vilma"}

WHO: dict[str, set[str]] = {
    "accounts.disable": ADMINISTRATORS,
    "accounts.end": ADMINISTRATORS,
    "accounts.index": ADMINISTRATORS,
    "accounts.one": ADMINISTRATORS,
    "accounts.reopen": ADMINISTRATORS,
    "accounts.reset": ADMINISTRATORS,
    "accounts.sign_out": ADMINISTRATORS,
    "approvals.index": CASEWORKERS | INTAKE | ADMINISTRATORS | {"lars"},
    "approvals.one": {"berta", "fia", "ulf"},
    "approvals.take_back": CASEWORKERS | INTAKE | ADMINISTRATORS | {"lars"},
    "areas.area": ADMINISTRATORS,
    "areas.matrix": ADMINISTRATORS,
    "case.form": TEAM,
    "case.forms": TEAM,
    "case.journal": TEAM,
    "case.overview": TEAM,
    "case_handovers.index": TEAM,
    "case_handovers.show": TEAM,
    "case_log.show": TEAM,
    "cases.index": DESK,
    "conflicts.lift": LEAD,
    "conflicts.show": LEAD,
    "confirming.confirm": SIGNED_IN,
    "consent_papers.add": TEAM,
    "consent_papers.blank": TEAM,
    "consent_papers.fetch": TEAM,
    "consents.answer": TEAM,
    "consents.ask": TEAM,
    "consents.discard": TEAM,
    "consents.index": TEAM,
    "consents.new": TEAM,
    "consents.renew": TEAM,
    "consents.show": TEAM,
    "consents.withdraw": TEAM,
    "day.show": DESK,
    "disclosure_decisions.index": CASEWORKERS | {"lars"},
    "disclosure_decisions.one": {"fia"},
    "disclosures.edit": TEAM,
    "disclosures.end": TEAM,
    "disclosures.fetch": TEAM,
    "disclosures.look": TEAM,
    "disclosures.new": TEAM,
    "disclosures.perform": TEAM,
    "disclosures.show": TEAM,
    "deputies.end": {"ida", "vilma"},
    "deputies.index": READERS,
    "emergencies.enter": DUTY,
    "emergencies.index": LEAD | {"berta", "greta"},
    "emergencies.review": LEAD | {"greta"},
    "entries.discard": TEAM,
    "entries.save_draft": TEAM,
    "entries.seal": TEAM,
    "entries.show": TEAM,
    "entries.unseal": TEAM,
    "entries.write": TEAM,
    "exports.by_item": TEAM,
    "exports.fetch": TEAM,
    "exports.order": TEAM,
    "ground_rules.index": ADMINISTRATORS,
    "ground_rules.one": ADMINISTRATORS,
    "grounds.ask": TEAM,
    "handovers.add": INTAKE,
    "handovers.answer": INTAKE,
    "handovers.decline": INTAKE,
    "handovers.index": READERS,
    "handovers.open_one": INTAKE,
    "handovers.pass_on": INTAKE,
    "handovers.show": INTAKE,
    "handovers.take_on": set(),  # what comes to social services is taken into a case
    "key_orders.index": ADMINISTRATORS,
    "key_orders.move": ADMINISTRATORS,
    "key_orders.reseal": ADMINISTRATORS,
    "key_orders.rotate": ADMINISTRATORS,
    "links.add": set(),  # the area of these cases has no files that belong together
    "links.create": set(),
    "links.end": TEAM | LEAD,
    "links.show": TEAM | LEAD,
    "log_questions.index": SIGNED_IN,
    "log_questions.one": TEAM,
    "log_review.ask": LEAD | {"greta"},
    "log_review.everything": LEAD | {"berta", "greta"},
    "log_review.index": LEAD | {"berta", "greta"},
    "log_review.item": LEAD | {"greta"},
    "meetings.new": TEAM,
    "meetings.show": set(),  # the area of these cases has no meetings
    "notices.dismiss": SIGNED_IN,
    "notices.index": SIGNED_IN,
    "own.mail": SIGNED_IN,
    "organisation.confirm": SIGNED_IN,
    "own.settings": SIGNED_IN,
    "own_sign_in.app": SIGNED_IN,
    "own_sign_in.codes": SIGNED_IN,
    "own_sign_in.end": SIGNED_IN,
    "own_sign_in.organisation": SIGNED_IN,
    "own_sign_in.passkey": SIGNED_IN,
    "own_sign_in.password": SIGNED_IN,
    "own_sign_in.remove": SIGNED_IN,
    "own_sign_in.show": SIGNED_IN,
    "partaking.index": POLICE | PARTNERS,
    "partaking.show": POLICE,
    "objections.note": TEAM,
    "participations.index": TEAM,
    "participations.new": TEAM,
    "participations.one": TEAM,
    "people.add": TEAM,
    "people.lower": TEAM,
    "people.protect": TEAM,
    "people.show": TEAM,
    "police.shared": POLICE | PARTNERS,
    "received.index": POLICE | PARTNERS,
    "received.show": POLICE,
    "register.new": DESK,
    "search.find": DESK,
    "sending.ask_feedback": PARTNERS,
    "sending.index": OUTSIDE,
    "sending.question": OUTSIDE,
    "sending.report": OUTSIDE,
    "sending.show": PARTNERS,
    "sending.take_back": PARTNERS,
    "sharing.index": TEAM,
    "sharing.new": TEAM,
    "sharing.revoke": TEAM,
    "start.home": SIGNED_IN,
    "start.municipality": SIGNED_IN,
    "start.start": SIGNED_IN,
    "start.stay": SIGNED_IN,
    "steps.ask": TEAM,
    "steps.take": TEAM,
    "taking_on.begin": INTAKE,
    "tasks.add": TEAM,
    "tasks.finish": TEAM,
    "tasks.reopen": TEAM,
    "teams.assign": LEAD,
    "teams.block": LEAD,
    "teams.end": LEAD,
    "teams.name": LEAD,
    "teams.show": TEAM | LEAD,
    "teams.withdraw": TEAM | LEAD,
}
PUBLIC = {
    "asset",
    "enrolment.enrol",
    "enrolment.make_passkey",
    "lock.lock",
    "lock.locked",
    "lock.unlock",
    "login.by_passkey",
    "login.show",
    "login.sign_in",
    "login.sign_out",
    "organisation.back",
    "organisation.enrol",
    "organisation.finish",
    "organisation.sign_in",
    "organisation.unlock",
    "passkeys.make",
    "passkeys.prove",
    "second_step.prove",
    "second_step.set_up",
    "start.health",
    "start.security",
    "violations.csp",
}

BEYOND: dict[tuple[str, str], set[str]] = {
    # Administrators, reviewers and those who approve serve the whole municipality, whatever team it is about.
    **{(f"accounts.{page}", "other team"): {"lo"} for page in ("disable", "end", "one", "reopen", "reset", "sign_out")},
    **{(page, "other team"): {"greta"} for page in ("emergencies.review", "log_review.ask", "log_review.item")},
    **{(page, "other team"): {"fia", "vilma"} for page in ("approvals.index", "approvals.one")},
    # What is reported comes to whoever takes in for the municipality, whichever team they are of.
    **{
        (page, "other team"): {"ida"}
        for page in (
            *(f"handovers.{page}" for page in ("add", "answer", "decline", "open_one", "pass_on", "show")),
            "taking_on.begin",
        )
    },
    # A status is shown to the police of the municipality, whichever team permitted it.
    ("police.shared", "other team"): {"erik"},
    # Whoever is asked about an act of their own may answer, without the case's number, when the case is closed to them.
    ("log_questions.one", "blocked"): {"maja"},
}
"""Who is answered beyond their own team's cases, and why; everybody else is told that there is nothing."""
BACK_TO_THE_PAGE = {
    "conflicts.lift",
    "links.end",
    "notices.dismiss",
    "own_sign_in.remove",
    "teams.end",
    "teams.withdraw",
}
"""Where what is no longer there sends one back to the page of one's own that listed it. Nobody was turned away from
anything, so the record holds no denial; that the answers are the same bytes is shown as for the others."""

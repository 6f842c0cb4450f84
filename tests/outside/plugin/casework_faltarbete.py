"""Fältarbete: contact with young people where they are."""

from collections.abc import Iterator

from casework import contract as cw
from casework.contract import Sensitivity, State, Transition
from casework.contract import gettext as _

PLACES = (("square", _("Torget")), ("school", _("Skolgården")), ("online", _("På nätet")))
CONTACT = cw.Form(
    "contact",
    _("Kontakt"),
    (
        cw.Date("date", _("När träffades ni?"), sensitivity=Sensitivity.TEAM, required=True, past=True),
        cw.Choice("place", _("Var?"), sensitivity=Sensitivity.OPEN, choices=PLACES),
        cw.LongText("text", _("Vad kom fram?"), sensitivity=Sensitivity.TEAM),
        cw.LongText("threat", _("Finns det ett hot?"), sensitivity=Sensitivity.SEALED),
    ),
    many=True,
)
WORKFLOW = cw.Workflow(
    states=(
        State("met", _("Träffad"), phase="street"),
        State("followed", _("Följs upp"), phase="street", shared_with=frozenset({cw.Agency.POLICE})),
        State("ended", _("Avslutad"), phase="end", closed=True),
    ),
    transitions=(
        Transition("meet", _("Börja"), None, "met"),
        Transition("follow", _("Följ upp"), "met", "followed", guard="written"),
        *(Transition("end", _("Avsluta"), state, "ended", permission="case:decide") for state in ("met", "followed")),
    ),
    guards=(cw.Guard("written", _("Skriv och signera en kontakt först."), form="contact"),),
    phases=(("street", _("På fältet")), ("end", _("Avslut"))),
)
KIND = cw.CaseType("outreach", _("Fältkontakt"), (CONTACT,), WORKFLOW)


@cw.hookimpl
def casework_focus_area() -> cw.FocusArea:
    """Declare the focus area."""
    return cw.FocusArea("faltarbete", _("Fältarbete"), _("Uppsökande arbete."), _("3 kap. SoL (2025:400)"), (KIND,))


@cw.hookimpl
def casework_check_handover(case: cw.CaseFacts) -> Iterator[cw.Refusal]:
    """Nobody outside is told of a contact that has only begun."""
    if case.state == "met":
        yield cw.Refusal(_("Lämna inget vidare förrän kontakten följs upp."))

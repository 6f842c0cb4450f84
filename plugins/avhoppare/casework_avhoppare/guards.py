"""What must be true before a step may be taken, for core to check."""

from casework.contract import Guard
from casework.contract import gettext as _

# Those without a condition are asked in ``rules``, or by what the form of the step demands.
GUARDS = (
    Guard("no_identifiers", _("Skriv inget som visar vem frågan gäller.")),
    Guard("person_identified", _("Ange först vem ärendet gäller."), subject=True),
    Guard(
        "information_given",
        _("Lämna informationsbladet till personen och anteckna det i den initiala bedömningen."),
        form="initial_assessment",
        field="information_given",
        equals="yes",
    ),
    Guard(
        "application_or_child",
        _("Anteckna i den initiala bedömningen att det finns en ansökan eller att det gäller ett barn."),
        form="initial_assessment",
        field="application_or_child",
        equals="yes",
    ),
    Guard(
        "no_investigation_founded",
        _("Anteckna i den initiala bedömningen att det finns skäl att inte inleda en utredning."),
        form="initial_assessment",
        field="no_investigation",
        equals="yes",
    ),
    Guard(
        "need_remains",
        _("Anteckna i den initiala bedömningen att personen behöver stöd även utan samverkan."),
        form="initial_assessment",
        field="need_without_exchange",
        equals="yes",
    ),
    Guard(
        "consent_live",
        _("Skriv och signera ett samtycke som gäller i dag."),
        form="consent_note",
        live=True,
    ),
    Guard(
        "investigation_written",
        _("Skriv och signera den sammanfattade utredningen."),
        form="investigation_summary",
    ),
    Guard(
        "decision_granted",
        _("Skriv och signera beslutet att bevilja."),
        form="decision_note",
        field="outcome",
        equals="granted",
    ),
    Guard(
        "placement_of_minor_granted",
        _("Skriv och signera utskottets beslut om placeringen."),
        form="decision_note",
        field="outcome",
        equals="granted_placement_of_minor",
    ),
    Guard(
        "decision_rejected",
        _("Skriv och signera avslaget, med motivering och hur det överklagas."),
        form="decision_note",
        field="outcome",
        equals="rejected",
    ),
    Guard(
        "agreement_in_place",
        _("Anteckna att överenskommelsen är undertecknad eller godkänd av personen."),
        form="agreement",
        field="agreement.in_place",
        equals="yes",
    ),
    Guard(
        "goals_reviewed",
        _("Skriv och signera uppföljningen, och gå igenom målen."),
        form="followup",
        field="goals_reviewed",
        equals="yes",
        fresh=True,
    ),
    Guard("deviation_described", _("Ange vad avvikelsen gäller.")),
    Guard(
        "threat_to_others_checked",
        _("Kontrollera hotet mot andra i boendet och signera prövningen av avvikelsen."),
        form="deviation_assessment",
        field="threat_to_others_checked",
        equals="yes",
        fresh=True,
    ),
    Guard(
        "protection_assessed",
        _("Skriv och signera den akuta skyddsbedömningen."),
        form="protection_assessment",
        fresh=True,
    ),
    Guard(
        "relocation_prepared",
        _("Bestäm vilka som får veta platsen och hur ansvaret delas, och anteckna det inför flytten."),
        form="relocation_decision",
        field="sealed_team",
        equals="yes",
    ),
    Guard(
        "relocation_planned",
        _("Skriv och signera flyttplanen."),
        form="relocation",
        fresh=True,
    ),
    Guard("closing_complete", _("Gå igenom det som ska vara klart innan ärendet avslutas.")),
)

"""What somebody outside asks for, and what somebody outside has told: forms for any focus area.

A request is a case's own record of who asked, how it was checked who they are, and what they were answered; a
disclosure can answer it. A child's file replaces the retention.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from casework.contract.facts import Refusal
from casework.contract.fields import Choice, Date, LongText, Sensitivity, Text
from casework.contract.focus import Form
from casework.contract.language import gettext as _

TEAM = Sensitivity.TEAM
SECTION = _("Utlämnanden")
HOW = (("written", _("Skriftligt")), ("phone", _("Per telefon")), ("visit", _("Vid ett besök eller möte")))
WHO = (
    ("police", _("Polisen")),
    ("school", _("Skolan")),
    ("recreation", _("Fritidsverksamheten")),
    ("health", _("Hälso- och sjukvården")),
    ("authority", _("En annan myndighet")),
    ("subject", _("Personen själv")),
    ("party", _("En part, ett ombud eller en vårdnadshavare")),
    ("individual", _("Någon annan enskild eller ett företag")),
)
ANONYMOUS = frozenset({"individual"})
"""Who may ask without saying who they are (docs/counsel.md); what others are told hangs on who they are."""
GIVES = frozenset({"given", "partly"})
"""Replies that hold something of what was asked for."""
SAYS_NO = frozenset({"partly", "refused"})
"""Replies that somebody may want in writing, to appeal."""

REQUEST = Form(
    "disclosure_request",
    _("Begäran om uppgifter"),
    (
        Date("requested_on", _("När kom begäran?"), sensitivity=TEAM, required=True, past=True),
        Choice("requested_how", _("Hur kom den?"), sensitivity=TEAM, required=True, choices=HOW),
        Choice("requester", _("Vem begär uppgifterna?"), sensitivity=TEAM, required=True, choices=WHO),
        Text(
            "requester_name",
            _("Namn, funktion och hur ni når den som begär"),
            sensitivity=TEAM,
            help=_("En enskild behöver inte säga vem hon eller han är, om prövningen inte kräver det."),
        ),
        LongText("requested", _("Vad begärs?"), sensitivity=TEAM, required=True),
        Text(
            "requested_for",
            _("Vad ska uppgifterna användas till?"),
            sensitivity=TEAM,
            help=_("Fråga bara om prövningen kräver det."),
        ),
        Choice(
            "identity_checked",
            _("Hur kontrollerades vem det är?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("called_back", _("Motringning till ett nummer som ni själva har tagit fram")),
                ("document", _("Legitimation")),
                ("electronic", _("E-legitimation eller myndighetens säkra e-post")),
                ("known", _("Personen är känd av den som tog emot begäran")),
                ("unchecked", _("Inte kontrollerat")),
            ),
        ),
        Choice(
            "reply",
            _("Vad blev svaret?"),
            sensitivity=TEAM,
            required=True,
            choices=(
                ("waiting", _("Inte besvarad än")),
                ("given", _("Uppgifterna lämnas ut")),
                ("partly", _("En del lämnas ut")),
                ("refused", _("Uppgifterna lämnas inte ut")),
                ("none", _("Det som begärs finns inte")),
            ),
            help=_("Är den inte besvarad än: rätta uppgiften när svaret är lämnat."),
        ),
        LongText(
            "reply_reason",
            _("Skäl och lagrum"),
            sensitivity=TEAM,
            help=_("Behövs när något inte lämnas ut. Skriv skälet för varje uppgift som hålls inne."),
        ),
        Choice(
            "written_decision",
            _("Skriftligt beslut om det som inte lämnas ut"),
            sensitivity=TEAM,
            choices=(
                ("offered", _("Den som begärde vet att det går att få, och vill inte")),
                ("asked", _("Begärt. Myndigheten ska besluta")),
                ("given", _("Lämnat, med hur det överklagas")),
            ),
            help=_(
                "Ett avslag går att överklaga först när myndigheten har beslutat skriftligt (6 kap. 3 § OSL). "
                "Tiden är tre veckor från den dag personen fick beslutet (44 § FL)."
            ),
        ),
        Date("written_decision_on", _("När lämnades det skriftliga beslutet?"), sensitivity=TEAM, past=True),
    ),
    many=True,
    may_seal=True,
    section=SECTION,
    new=_("Ny begäran om uppgifter"),
    definite=_("begäran"),
)
INCOMING = Form(
    "disclosure_received",
    _("Mottagna uppgifter"),
    (
        Date("received_on", _("När fick ni uppgifterna?"), sensitivity=TEAM, required=True, past=True),
        Choice("received_how", _("Hur fick ni dem?"), sensitivity=TEAM, required=True, choices=HOW),
        Choice("sender", _("Vem lämnade dem?"), sensitivity=TEAM, required=True, choices=WHO),
        Text("sender_name", _("Namn och funktion"), sensitivity=TEAM, required=True),
        Text(
            "stated_ground",
            _("Vilken grund angav den som lämnade dem?"),
            sensitivity=TEAM,
            required=True,
            help=_("Skriv lagrummet eller att det var på samtycke. Skriv Ingen om ingen grund angavs."),
        ),
        LongText(
            "received_facts",
            _("Vad lämnades?"),
            sensitivity=TEAM,
            required=True,
            help=_("Skriv det som har betydelse för ärendet, och inget mer."),
        ),
        Text(
            "reservation",
            _("Förbehåll"),
            sensitivity=TEAM,
            help=_("Om den som lämnade dem ställde villkor för hur de får användas eller lämnas vidare."),
        ),
    ),
    many=True,
    may_seal=True,
    section=SECTION,
    new=_("Nya mottagna uppgifter"),
    definite=_("uppgifterna"),
)
FORMS = (REQUEST, INCOMING)
UNCHECKED = _("Kontrollera först vem som begär uppgifterna, och skriv hur. Tills dess lämnas inget ut.")


def problems(form: str, values: Mapping[str, str]) -> Iterator[Refusal]:
    """What an answered request lacks: a yes that it was checked who asks, a no its reason and the way to appeal."""
    if form != REQUEST.name:
        return
    if values.get("reply") in GIVES and is_unchecked(values):
        yield Refusal(UNCHECKED, "identity_checked")
    if values.get("reply") in SAYS_NO:
        if not values.get("reply_reason", "").strip():
            yield Refusal(_("Skriv varför uppgifterna inte lämnas ut, och lagrummet."), "reply_reason")
        if not values.get("written_decision"):
            yield Refusal(_("Säg hur det blev med ett skriftligt beslut, som går att överklaga."), "written_decision")
    if values.get("written_decision") == "given" and not values.get("written_decision_on"):
        yield Refusal(_("Skriv vilken dag det skriftliga beslutet lämnades."), "written_decision_on")


def is_unchecked(values: Mapping[str, str]) -> bool:
    """Whether a request is from somebody who is told things for who they are, and it was not checked who that is."""
    return values.get("requester") not in ANONYMOUS and values.get("identity_checked") in {None, "", "unchecked"}

"""Those who take part, the meetings, and the plan of who does what."""

from casework.contract import Choice, Date, Form, LongText, Retention, Text, YesNo
from casework.contract import gettext as _
from casework_barn_unga.forms.classes import AGENCIES, PARTNERS, PLAN, TEAM

PARTICIPANTS = Form(
    "participants",
    _("Deltagare"),
    (
        Text("participants.name", _("Namn"), sensitivity=TEAM, required=True, shared_with=PARTNERS),
        Text("participants.function", _("Funktion"), sensitivity=TEAM, shared_with=PARTNERS),
        Choice(
            "participants.agency",
            _("Från"),
            sensitivity=TEAM,
            required=True,
            shared_with=PARTNERS,
            choices=(*AGENCIES, ("family", _("Familj eller nätverk"))),
        ),
    ),
    many=True,
    retention=Retention.CHILD,
    section=PLAN,
    help=_("Bara de som samtycket täcker får delta."),
    new=_("Ny deltagare"),
    definite=_("deltagaren"),
)

MEETING = Form(
    "meeting",
    _("Möte"),
    (
        Date("meeting.date", _("När var mötet?"), sensitivity=TEAM, required=True, past=True, shared_with=PARTNERS),
        Text(
            "meeting.place",
            _("Var var mötet?"),
            sensitivity=TEAM,
            required=True,
            shared_with=PARTNERS,
            sealed_if_protected=True,
        ),
        LongText("meeting.present", _("Vilka var med?"), sensitivity=TEAM, required=True, shared_with=PARTNERS),
        LongText("meeting.absent", _("Vilka var inbjudna och kom inte?"), sensitivity=TEAM),
        LongText(
            "meeting.told",
            _("Vem lämnade vilken uppgift?"),
            sensitivity=TEAM,
            shared_with=PARTNERS,
            help=_(
                "Det som var och en lämnade hör hemma i mottagna uppgifter och i utlämnanden. Här står bara resten."
            ),
        ),
    ),
    many=True,
    retention=Retention.CHILD,
    section=PLAN,
    new=_("Nytt möte"),
    definite=_("mötet"),
)

ACTION_PLAN = Form(
    "plan",
    _("Åtagandeplan"),
    (
        LongText("plan.goal", _("Vad vill ni uppnå?"), sensitivity=TEAM, required=True, shared_with=PARTNERS),
        LongText(
            "child_voice",
            _("Vad säger den unga själv?"),
            sensitivity=TEAM,
            required=True,
            shared_with=PARTNERS,
        ),
        LongText("guardian_voice", _("Vad säger vårdnadshavarna?"), sensitivity=TEAM, shared_with=PARTNERS),
        Date("plan.next_date", _("Nästa uppföljning"), sensitivity=TEAM, required=True, shared_with=PARTNERS),
    ),
    many=True,
    retention=Retention.CHILD,
    section=PLAN,
    new=_("Ny åtagandeplan"),
    definite=_("åtagandeplanen"),
)

COMMITMENT = Form(
    "commitment",
    _("Åtagande"),
    (
        Text("commitment", _("Vad ska göras?"), sensitivity=TEAM, required=True, shared_with=PARTNERS),
        Text("commitment.by", _("Vem gör det?"), sensitivity=TEAM, required=True, shared_with=PARTNERS),
        Date("commitment.due", _("Ska vara klart"), sensitivity=TEAM, required=True, shared_with=PARTNERS),
        Choice(
            "commitment.status",
            _("Läge"),
            sensitivity=TEAM,
            shared_with=PARTNERS,
            choices=(
                ("planned", _("Inte påbörjat")),
                ("ongoing", _("Pågår")),
                ("done", _("Klart")),
                ("stopped", _("Blev inte av")),
            ),
        ),
    ),
    many=True,
    retention=Retention.CHILD,
    section=PLAN,
    new=_("Nytt åtagande"),
    definite=_("åtagandet"),
)

POLICE = Form(
    "police",
    _("Polisens deltagande"),
    (
        YesNo("police_status", _("Deltar polisen?"), sensitivity=TEAM, required=True, shared_with=PARTNERS),
        Text("police_status.contact", _("Kontaktperson"), sensitivity=TEAM, shared_with=PARTNERS),
    ),
    retention=Retention.CHILD,
    section=PLAN,
)

FORMS = (PARTICIPANTS, MEETING, ACTION_PLAN, COMMITMENT, POLICE)

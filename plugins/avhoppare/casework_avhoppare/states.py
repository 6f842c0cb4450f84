"""Where a defector's case can stand, in the main line and on the tracks beside it."""

from casework.contract import Agency, SideTrack, State
from casework.contract import gettext as _

POLICE = frozenset({Agency.POLICE})

PHASES = (
    ("contact", _("Första kontakt")),
    ("inquiry", _("Utredning")),
    ("support", _("Stöd och stabilisering")),
    ("ending", _("Uppföljning och avslut")),
)

# The police may be told that a case is ongoing, resting or ended. What a state would tell beyond that (that somebody
# asked, hesitates, awaits a decision, has broken the agreement or moved) is not theirs to know.
STATES = (
    State("consultation", _("Avidentifierad förfrågan"), phase="contact", anonymous=True),
    State("received", _("Aktualiserad"), phase="contact", shared_with=POLICE),
    State("initial", _("Initial bedömning"), phase="contact", shared_with=POLICE),
    State("consent", _("Inväntar samtycke"), phase="contact"),
    State("not_opened", _("Utredning inleds inte"), phase="contact", closed=True),
    State("investigation", _("Utredning"), phase="inquiry", shared_with=POLICE),
    State("decision", _("Inför beslut"), phase="inquiry"),
    State("agreement", _("Överenskommelse och handlingsplan"), phase="support", shared_with=POLICE),
    State("active", _("Pågående insatser"), phase="support", shared_with=POLICE),
    State("breach", _("Prövning av avvikelse/återfall"), phase="support"),
    State("paused", _("Vilande"), phase="support", shared_with=POLICE),
    State("followup", _("Uppföljning"), phase="ending", shared_with=POLICE),
    State("aftercare", _("Eftervård"), phase="ending", shared_with=POLICE),
    State("transferred", _("Överflyttad"), phase="ending", closed=True),
    State("closed", _("Avslutad"), phase="ending", closed=True, shared_with=POLICE),
)

CLOSED = frozenset(state.name for state in STATES if state.closed)
OPEN_STATES = tuple(state.name for state in STATES if not state.closed)
WITH_PERSON = tuple(state.name for state in STATES if not state.closed and not state.anonymous)

AFTER_SUPPORT = frozenset({"active", "followup", "breach", "aftercare"})
"""Where support has begun, so that closing leaves more to be done."""

SIDE_TRACKS = (
    SideTrack(
        "protection",
        _("Akut skyddsbedömning"),
        (
            State("started", _("Akut skyddsbedömning pågår"), phase="support"),
            State("assessed", _("Skyddsbehovet är bedömt"), phase="support"),
            State("ended", _("Skyddsbedömningen är avslutad"), phase="support", closed=True),
        ),
    ),
    SideTrack(
        "relocation",
        _("Flytt eller placering"),
        (
            State("started", _("Flytt/placering pågår"), phase="support"),
            State("planned", _("Flytten är planerad"), phase="support"),
            State("ended", _("Flytten är avslutad"), phase="support", closed=True),
        ),
    ),
)

"""Grounds about crime that is feared or has been committed (OSL 10 kap., PL, LUB)."""

from __future__ import annotations

from datetime import date

from casework.contract.language import gettext as _
from casework.core.grounds import conditions
from casework.core.grounds.catalogue import confirmations as confirm
from casework.core.grounds.catalogue.places import (
    AUTHORITIES,
    LAW_ENFORCEMENT,
    MUNICIPAL,
    POLICE,
    POLICE_OR_PROSECUTOR,
    POLICES,
    SOCIAL,
    SOCIAL_OR_HEALTH,
)
from casework.core.grounds.ground import Decider, Ground, Way
from casework.core.grounds.situations import Place, spans

OSL = date(2009, 6, 30)
SFS_2025_179 = date(2025, 4, 1)
"""The wording of OSL 10:18 a–c, 22 a, 23 and 24 ("konkreta omständigheter"), and lag (2025:170)."""
SFS_2025_934 = date(2025, 12, 1)
"""OSL 10:15 a."""

PARAGRAPH_15A_EXCLUDES = spans(
    "24:2 a,24:8,25:1-5,25:8,26:1 a,26:3,26:4,26:6,29:1,29:2,31:1,31:2,31:12,33:2,33:4 a,36:3,40:2,40:5"
)
DUTY_EXCLUDES = spans("24:8,25:1-8,25:15,26:1-6,40:2,40:5")

OTHER_CHAPTERS = frozenset(range(1, 45)) - {24, 25, 26}

_BLOCKED_SECRECY = _("Grunden gäller inte uppgifter med den sekretessen.")
_CIRCUMSTANCES = _("Vilka konkreta omständigheter visar risken?")
_SUITABLE = _("Varför är det inte olämpligt med hänsyn till planerade och pågående insatser?")

GROUNDS = (
    Ground(
        "OSL_10_15A",
        "OSL 10 kap. 15 a §",
        _("Brottsbekämpning, felaktiga utbetalningar, fusk"),
        (Way(AUTHORITIES, AUTHORITIES),),
        Decider.EC,
        SFS_2025_934,
        (
            conditions.Secrecy(_BLOCKED_SECRECY, excluded=PARAGRAPH_15A_EXCLUDES, chapters=range(21, 41)),
            conditions.NOT_PURPOSE_2,
        ),
        asks=(
            _("För vilket ändamål behövs uppgiften: 1, 3, 4 eller 5?"),
            _("Varför behövs den?"),
            _("Vad talar för sekretessen, och varför väger det inte tyngre?"),
        ),
        records=(_("Ändamålets nummer"), _("Båda sidor av avvägningen")),
        answered=(
            _("Ändamålets nummer"),
            _("Båda sidor av avvägningen"),
        ),
        consult=True,
    ),
    Ground(
        "OSL_10_18A",
        "OSL 10 kap. 18 a §",
        _("Ung under 21: risk för brottslig verksamhet"),
        (Way(SOCIAL, frozenset({Place.POLICE, Place.SECURITY_POLICE, Place.CUSTOMS})),),
        Decider.FS,
        SFS_2025_179,
        (
            conditions.UNDER_21,
            conditions.FEARED,
            conditions.Secrecy(_BLOCKED_SECRECY, only=spans("26:1")),
        ),
        asks=(_CIRCUMSTANCES, _SUITABLE),
        records=(_("Omständigheterna"), _("Lämpligheten"), _("Insatser som påverkas")),
        answered=(
            _("Omständigheterna"),
            _("Lämpligheten"),
        ),
    ),
    Ground(
        "OSL_10_18B",
        "OSL 10 kap. 18 b §",
        _("Risk för terroristbrott eller brott mot Sveriges säkerhet"),
        (Way(SOCIAL_OR_HEALTH, POLICES),),
        Decider.EC,
        SFS_2025_179,
        (conditions.FEARED,),
        asks=(_CIRCUMSTANCES, _("Vilket av de brott som paragrafen räknar upp gäller det?")),
        records=(_("Brottstypen"),),
        answered=(_("Brottstypen"),),
    ),
    Ground(
        "OSL_10_18C",
        "OSL 10 kap. 18 c §",
        _("Risk för grovt brott mot närstående"),
        (Way(SOCIAL_OR_HEALTH, POLICE),),
        Decider.EC,
        SFS_2025_179,
        (conditions.FEARED, conditions.Secrecy(_BLOCKED_SECRECY, only=spans("25:1,26:1"))),
        asks=(
            _CIRCUMSTANCES,
            _("Vilket brott i BrB 3, 4 eller 6 kap. befaras, med minst ett års fängelse?"),
            _SUITABLE,
            _("Hur påverkas den utsattas säkerhet, och vad vill hon eller han?"),
        ),
        records=(_("Brottstypen och minsta straffet"), _("Lämpligheten"), _("Den utsattas säkerhet och vilja")),
        answered=(
            _("Brottstypen och minsta straffet"),
            _("Lämpligheten"),
            _("Den utsattas säkerhet och vilja"),
        ),
    ),
    Ground(
        "OSL_10_19",
        "OSL 10 kap. 19 §",
        _("Förhindra eller avbryta rattfylleri med mera"),
        (Way(SOCIAL, POLICE),),
        Decider.H,
        OSL,
        confirms=(confirm.INTOXICATED_NOW,),
    ),
    Ground(
        "OSL_10_20",
        "OSL 10 kap. 20 §",
        _("Omedelbart polisingripande, ung"),
        (Way(SOCIAL, POLICE),),
        Decider.H,
        OSL,
        (conditions.UNDER_18,),
        confirms=(confirm.FOUND_IN_DANGER,),
        records=(_("Plats och tid"),),
    ),
    Ground(
        "OSL_10_21",
        "OSL 10 kap. 21 §",
        _("Misstänkt brott mot barn"),
        (
            Way(SOCIAL_OR_HEALTH, POLICE_OR_PROSECUTOR),
            Way(frozenset({Place.SCHOOL}), POLICE_OR_PROSECUTOR, (confirm.OF_SCHOOL_HEALTH,)),
        ),
        Decider.FS,
        OSL,
        (conditions.VICTIM_UNDER_18, conditions.COMMITTED),
        asks=(_("Vilket brott i BrB 3, 4 eller 6 kap. eller lagen (1982:316) gäller misstanken?"),),
        records=(_("Barnets bästa"),),
    ),
    Ground(
        "OSL_10_22",
        "OSL 10 kap. 22 §",
        _("Överlåtelse av narkotika, dopning eller alkohol till underårig"),
        (Way(SOCIAL, POLICE_OR_PROSECUTOR),),
        Decider.FS,
        OSL,
        (conditions.RECIPIENT_UNDER_18,),
    ),
    Ground(
        "OSL_10_22A",
        "OSL 10 kap. 22 a §",
        _("Misstanke om begången terroristbrottslighet"),
        (Way(SOCIAL_OR_HEALTH, POLICES),),
        Decider.EC,
        SFS_2025_179,
        (conditions.COMMITTED,),
        asks=(_("Vilket av de brott som paragrafen räknar upp gäller misstanken?"),),
    ),
    Ground(
        "OSL_10_23",
        "OSL 10 kap. 23 §",
        _("Begånget brott, minst sex månader"),
        (
            Way(SOCIAL_OR_HEALTH, POLICES | {Place.PROSECUTOR}),
            Way(SOCIAL_OR_HEALTH, frozenset({Place.CUSTOMS, Place.AUTHORITY}), (confirm.INTERVENES,)),
        ),
        Decider.EC,
        SFS_2025_179,
        (conditions.COMMITTED,),
        confirms=(confirm.SIX_MONTHS,),
        asks=(_("Vad betyder uppgiften för utredningen?"),),
        records=(_("Brottet och straffskalan"),),
    ),
    Ground(
        "OSL_10_24",
        "OSL 10 kap. 24 §",
        _("Begånget brott, fängelse i skalan (annan sekretess)"),
        (Way(AUTHORITIES - SOCIAL_OR_HEALTH, POLICE_OR_PROSECUTOR),),
        Decider.OTHER,
        SFS_2025_179,
        (
            conditions.COMMITTED,
            conditions.Secrecy(_BLOCKED_SECRECY, chapters=OTHER_CHAPTERS),
        ),
        confirms=(confirm.PRISON,),
    ),
    Ground(
        "LUB_4",
        "Lag (2025:170) 4 §, OSL 10 kap. 28 §",
        _("Kontaktuppgifter på begäran"),
        (
            Way(AUTHORITIES, LAW_ENFORCEMENT),
            Way(AUTHORITIES, frozenset({Place.AUTHORITY}), (confirm.ENFORCES,)),
            Way(frozenset({Place.INDIVIDUAL}), LAW_ENFORCEMENT, (confirm.PROVIDES_CARE,)),
            Way(
                frozenset({Place.INDIVIDUAL}),
                frozenset({Place.AUTHORITY}),
                (confirm.PROVIDES_CARE, confirm.ENFORCES),
            ),
        ),
        Decider.EC,
        SFS_2025_179,
        (conditions.REQUESTED,),
        confirms=(confirm.ONLY_CONTACT, confirm.NEEDED_AGAINST_CRIME, confirm.EXCEPTIONAL_REASONS),
        records=(_("Begäran"), _("Varför det inte finns skäl att avslå den")),
        protected=_("Har personen skyddade personuppgifter? Då rådfrågas jurist."),
    ),
    Ground(
        "LUB_6",
        "Lag (2025:170) 6 §",
        _("Kommunens uppgiftsskyldighet"),
        (Way(MUNICIPAL, LAW_ENFORCEMENT), Way(MUNICIPAL, frozenset({Place.AUTHORITY}), (confirm.ENFORCES,))),
        Decider.OTHER,
        SFS_2025_179,
        (conditions.Secrecy(_("Skyldigheten gäller inte uppgifter med den sekretessen."), excluded=DUTY_EXCLUDES),),
        confirms=(confirm.NEEDED_AGAINST_CRIME, confirm.SECRECY_PREVAILS),
    ),
    Ground(
        "LUB_7",
        "Lag (2025:170) 7 §",
        _("Rektors uppgiftsskyldighet"),
        (
            Way(frozenset({Place.SCHOOL}), LAW_ENFORCEMENT),
            Way(frozenset({Place.SCHOOL}), frozenset({Place.AUTHORITY}), (confirm.ENFORCES,)),
            Way(frozenset({Place.RECREATION}), LAW_ENFORCEMENT, (confirm.IS_DESIGNATED,)),
            Way(
                frozenset({Place.RECREATION}),
                frozenset({Place.AUTHORITY}),
                (confirm.IS_DESIGNATED, confirm.ENFORCES),
            ),
        ),
        Decider.OTHER,
        SFS_2025_179,
        (
            conditions.OwnInitiativeTo(
                Place.POLICE,
                _("Har mottagaren begärt uppgifterna? På eget initiativ lämnas de bara till Polismyndigheten."),
                _("På eget initiativ lämnas uppgifterna bara till Polismyndigheten."),
            ),
            conditions.Secrecy(_("Skyldigheten gäller inte uppgifter med den sekretessen."), excluded=spans("25:1")),
        ),
        confirms=(confirm.NEEDED_AGAINST_CRIME,),
        asks=(_("Vilka skäl överväger?"),),
    ),
)

"""Duties and leave of the social board, and of others towards it (SoL, OSL 25–26 kap., LSkB, FING, DÖD, PL)."""

from __future__ import annotations

from datetime import date

from casework.contract.language import gettext as _
from casework.core.grounds import conditions
from casework.core.grounds.catalogue import confirmations as confirm
from casework.core.grounds.catalogue.places import AUTHORITIES, EVERYBODY, POLICE, SOCIAL
from casework.core.grounds.ground import Decider, Ground, Way
from casework.core.grounds.situations import Place

OSL = date(2009, 6, 30)
SOL = date(2025, 7, 1)
SFS_2025_1495 = date(2026, 1, 15)
"""More who must report, and feedback within a week."""
REGISTER = date(2027, 8, 1)
"""SoL 15:2 with delivery to the register of social data (lag 2026:601)."""

REPORTERS = frozenset(
    {Place.SCHOOL, Place.HEALTH, Place.POLICE, Place.SOCIAL_SERVICES, Place.OTHER_SOCIAL_SERVICES, Place.RECREATION}
)
OTHER_REPORTERS = EVERYBODY - REPORTERS

GROUNDS = (
    Ground(
        "OSL_10_17",
        "OSL 10 kap. 17 §",
        _("Tillsyn eller revision"),
        (
            Way(AUTHORITIES, frozenset({Place.IVO})),
            Way(AUTHORITIES, frozenset({Place.AUTHORITY, Place.INDIVIDUAL}), (confirm.SUPERVISES,)),
        ),
        Decider.EC,
        OSL,
        confirms=(confirm.NEEDED_TO_SUPERVISE,),
        records=(_("Begärans beteckning"),),
    ),
    Ground(
        "SOL_19_1",
        "SoL 19 kap. 1 §, OSL 10 kap. 28 §",
        _("Orosanmälan"),
        (Way(REPORTERS, SOCIAL), Way(OTHER_REPORTERS, SOCIAL, (confirm.REPORTS,))),
        Decider.H,
        SOL,
        (conditions.UNDER_18,),
        asks=(_("Vad har ni fått veta, eller misstänker, om att barnet far illa? Anmäl genast."),),
    ),
    Ground(
        "SOL_20_6",
        "SoL 20 kap. 6 §",
        _("Uppgifter till barnutredning"),
        (Way(REPORTERS, SOCIAL), Way(OTHER_REPORTERS, SOCIAL, (confirm.REPORTS,))),
        Decider.H,
        SOL,
        (conditions.CHILD_INVESTIGATION,),
        records=(_("Vad som frågades"),),
    ),
    Ground(
        "SOL_19_6",
        "SoL 19 kap. 6 §, OSL 26 kap. 9 a §",
        _("Återkoppling till anmälare"),
        (Way(SOCIAL, EVERYBODY, (confirm.REPORTED,)),),
        Decider.H,
        SFS_2025_1495,
        confirms=(confirm.ONLY_WHETHER_OPENED, confirm.UNSUITABLE_TO_TELL),
        records=(_("Datum och innehåll"),),
    ),
    Ground(
        "SOL_15_7_1",
        "SoL 15 kap. 7 § 1",
        _("Upplysning om vistelse i boende"),
        (
            Way(SOCIAL, frozenset({Place.COURT, Place.PROSECUTOR, Place.POLICE, Place.SECURITY_POLICE, Place.CUSTOMS})),
            Way(SOCIAL, frozenset({Place.AUTHORITY}), (confirm.IS_BAILIFF_OR_TAX,)),
        ),
        Decider.EC,
        SOL,
        (conditions.REQUESTED,),
        asks=(_("Hur är den som frågar kontrollerad?"),),
        records=(_("Kontrollen"),),
        answered=(_("Kontrollen"),),
    ),
    Ground(
        "SOL_15_7_2",
        "SoL 15 kap. 7 § 2, FOL 17 a §",
        _("Skyddad folkbokföring"),
        (Way(SOCIAL, frozenset({Place.AUTHORITY}), (confirm.IS_TAX,)),),
        Decider.H,
        SOL,
        asks=(_("Vilket ärende hos Skatteverket gäller det?"),),
    ),
    Ground(
        "SOL_15_8",
        "SoL 15 kap. 8 §",
        _("Mellan socialnämnder i samma kommun"),
        (Way(frozenset({Place.SOCIAL_SERVICES}), frozenset({Place.SOCIAL_SERVICES})),),
        Decider.H,
        SOL,
        confirms=(confirm.ONLY_CURRENT,),
    ),
    Ground(
        "SOL_15_9",
        "SoL 15 kap. 9 §",
        _("Utförare till beslutande nämnd"),
        (Way(frozenset({Place.INDIVIDUAL}), SOCIAL, (confirm.PROVIDES,)),),
        Decider.OTHER,
        SOL,
        confirms=(confirm.NEEDED_TO_FOLLOW_UP,),
    ),
    Ground(
        "SOL_15_2",
        "SoL 15 kap. 2 §",
        _("Statistik till Socialstyrelsen"),
        (Way(SOCIAL, frozenset({Place.AUTHORITY}), (confirm.IS_BOARD_OF_HEALTH,)),),
        Decider.OTHER,
        SOL,
        until=REGISTER,
    ),
    Ground(
        "SOL_15_2",
        "SoL 15 kap. 2 §, lag (2026:601)",
        _("Uppgifter till socialdataregistret"),
        (Way(SOCIAL, frozenset({Place.AUTHORITY}), (confirm.IS_BOARD_OF_HEALTH,)),),
        Decider.OTHER,
        REGISTER,
        version=2,
    ),
    Ground(
        "SOL_15_5",
        "SoL 15 kap. 5 §",
        _("Underrättelse till åklagare om ungdomspåföljd"),
        (Way(SOCIAL, frozenset({Place.PROSECUTOR})),),
        Decider.FS,
        SOL,
        asks=(_("På vilket sätt följs inte ungdomsvården eller ungdomstjänsten?"),),
    ),
    Ground(
        "SOL_15_10_12",
        "SoL 15 kap. 10–12 §§",
        _("Rätt att få uppgifter"),
        (Way(frozenset({Place.AUTHORITY, Place.INDIVIDUAL}), SOCIAL, (confirm.PAYS,)),),
        Decider.H,
        SOL,
        confirms=(confirm.NEEDED_IN_THE_CASE,),
    ),
    Ground(
        "SOL_27_6",
        "SoL 27 kap. 6 §",
        _("Lex Sarah till IVO"),
        (Way(SOCIAL, frozenset({Place.IVO})),),
        Decider.EC,
        SOL,
        asks=(_("Vad är det allvarliga missförhållandet, eller risken för det?"),),
    ),
    Ground(
        "SOL_29_12",
        "SoL 29 kap. 12 §",
        _("Överflyttning av ärende"),
        (
            Way(frozenset({Place.SOCIAL_SERVICES}), frozenset({Place.OTHER_SOCIAL_SERVICES})),
            Way(frozenset({Place.OTHER_SOCIAL_SERVICES}), frozenset({Place.SOCIAL_SERVICES})),
        ),
        Decider.EC,
        SOL,
        confirms=(confirm.IN_WRITING,),
        asks=(_("Vilka uppgifter behövs för att ta över ärendet?"),),
        records=(_("Lista över det som lämnas över"),),
    ),
    Ground(
        "OSL_26_9",
        "OSL 26 kap. 9 §",
        _("Nödvändig vård eller stöd"),
        (
            Way(frozenset({Place.SOCIAL_SERVICES}), frozenset({Place.OTHER_SOCIAL_SERVICES, Place.HEALTH})),
            Way(frozenset({Place.OTHER_SOCIAL_SERVICES}), frozenset({Place.SOCIAL_SERVICES, Place.HEALTH})),
        ),
        Decider.H,
        OSL,
        (conditions.YOUNG_OR_IN_NEED,),
        asks=(_("Varför behövs uppgiften för nödvändig vård, behandling eller annat stöd?"),),
    ),
    Ground(
        "OSL_25_12",
        "OSL 25 kap. 12–13 §§",
        _("Hälso- och sjukvård till socialtjänst"),
        (Way(frozenset({Place.HEALTH}), SOCIAL),),
        Decider.OTHER,
        OSL,
        (conditions.YOUNG_OR_IN_NEED,),
        asks=(
            _("Varför behövs uppgiften för nödvändig vård, behandling eller annat stöd?"),
            _("Vad säger personen själv, eller varför kan personen inte samtycka (25:13)?"),
        ),
    ),
    Ground(
        "OSL_26_9B",
        "OSL 26 kap. 9 b §",
        _("Ungdomsövervakning"),
        (Way(SOCIAL, frozenset({Place.AUTHORITY}), (confirm.IS_PROBATION,)),),
        Decider.FS,
        OSL,
        confirms=(confirm.NEEDED_FOR_THE_PLAN,),
    ),
    Ground(
        "PL_6",
        "PL 6 §",
        _("Polisens underrättelse till socialtjänsten"),
        (Way(POLICE, SOCIAL),),
        Decider.OTHER,
        OSL,
    ),
    Ground(
        "LSKB_8_9",
        "LSkB 8 kap. 9 §",
        _("Polishandräckning, skyddat boende"),
        (Way(SOCIAL, POLICE),),
        Decider.U,
        date(2024, 4, 1),
        asks=(_("Vilken hjälp behövs, och när?"),),
    ),
    Ground(
        "FING_5",
        "FING 5 §",
        _("Upplysning i ärende om fingerade uppgifter"),
        (Way(AUTHORITIES, POLICE),),
        Decider.EC,
        OSL,
        (conditions.REQUESTED,),
        records=(_("Förseglas"),),
    ),
    Ground(
        "DOD_5",
        "DÖD 5, 5 a §§",
        _("Dödsfallsutredning"),
        (Way(AUTHORITIES, frozenset({Place.AUTHORITY}), (confirm.IS_BOARD_OF_HEALTH,)),),
        Decider.EC,
        OSL,
        (conditions.REQUESTED,),
        records=(_("Att handlingarna inte gallras"),),
    ),
)

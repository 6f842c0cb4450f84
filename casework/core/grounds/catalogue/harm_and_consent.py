"""Grounds that rest on the person's will, on the absence of harm, or on the agency's own task (OSL 10, 12, 26 kap.)."""

from __future__ import annotations

from datetime import date

from casework.contract.language import gettext as _
from casework.core.grounds import conditions
from casework.core.grounds.catalogue import confirmations as confirm
from casework.core.grounds.catalogue.places import AUTHORITIES, EVERYBODY, SOCIAL
from casework.core.grounds.ground import Decider, Ground, Way
from casework.core.grounds.situations import Place, spans

OSL = date(2009, 6, 30)

GENERAL_CLAUSE_EXCLUDES = spans("24:2 a,24:8,25:1-8,26:1-6,29:1,29:2,31:1,31:2,31:12,33:2,36:3,40:2,40:5")

GROUNDS = (
    Ground(
        "AVIDENTIFIERAT",
        "OSL 26 kap. 1 §",
        _("Avidentifierade uppgifter"),
        (Way(EVERYBODY, EVERYBODY),),
        Decider.H,
        OSL,
        confirms=(confirm.NOBODY_KNOWN, confirm.MANY),
    ),
    Ground(
        "OSL_12_2",
        "OSL 12 kap. 2 §, 10 kap. 1 §",
        _("Samtycke från den enskilde"),
        (Way(AUTHORITIES, EVERYBODY),),
        Decider.H,
        OSL,
        (conditions.CONSENT, conditions.GROWN_UP),
        confirms=(confirm.FREELY,),
        records=(_("Vilket samtycke, och vad det omfattar"),),
    ),
    Ground(
        "OSL_12_3",
        "OSL 12 kap. 3 §, FB 6 kap. 11 §",
        _("Samtycke genom vårdnadshavare"),
        (Way(AUTHORITIES, EVERYBODY),),
        Decider.H,
        OSL,
        (conditions.CONSENT, conditions.UNDER_18),
        confirms=(confirm.EVERY_GUARDIAN, confirm.NO_HARM_TO_THE_YOUNG),
        asks=(_("Hur har den unges ålder och mognad vägts in?"),),
        records=(_("Vem som samtyckte för vem"), _("Bedömning av mognad")),
        answered=(_("Bedömning av mognad"),),
    ),
    Ground(
        "OSL_12_1",
        "OSL 12 kap. 1 §",
        _("Till den enskilde själv"),
        (Way(AUTHORITIES, frozenset({Place.INDIVIDUAL}), (confirm.IS_THE_PERSON,)),),
        Decider.H,
        OSL,
        confirms=(confirm.OTHERS_REMOVED, confirm.REPORTER_AT_RISK),
        asks=(_("Hur är identiteten kontrollerad?"),),
        records=(_("Kontroll av identitet"),),
        answered=(_("Kontroll av identitet"),),
    ),
    Ground(
        "OSL_26_1_UTAN_MEN",
        "OSL 26 kap. 1 §",
        _("Sekretessprövning: står klart utan men"),
        (Way(SOCIAL, EVERYBODY),),
        Decider.FS,
        OSL,
        asks=(_("Varför står det klart att varken personen eller någon närstående lider men?"),),
        records=(_("Skälen"),),
        answered=(_("Skälen"),),
    ),
    Ground(
        "OSL_10_2",
        "OSL 10 kap. 2 §",
        _("Nödvändigt för egen verksamhet"),
        (Way(AUTHORITIES, EVERYBODY),),
        Decider.FS,
        OSL,
        asks=(_("Varför är det nödvändigt för er egen uppgift? Att det hjälper mottagaren räcker inte."),),
        records=(_("Varför det är nödvändigt"),),
        answered=(_("Varför det är nödvändigt"),),
    ),
    Ground(
        "OSL_10_2A",
        "OSL 10 kap. 2 a §",
        _("Teknisk bearbetning eller lagring"),
        (Way(AUTHORITIES, frozenset({Place.INDIVIDUAL}), (confirm.IS_A_SUPPLIER,)),),
        Decider.OTHER,
        date(2023, 7, 1),
        confirms=(confirm.ONLY_TECHNICAL,),
        records=(_("Avtalet"),),
    ),
    Ground(
        "OSL_10_3",
        "OSL 10 kap. 3 §, FL 10 §",
        _("Partsinsyn"),
        (Way(AUTHORITIES, frozenset({Place.INDIVIDUAL})),),
        Decider.FS,
        OSL,
        (conditions.PARTY,),
        asks=(
            _("Vad får av synnerlig vikt inte visas för parten? Skriv inget om allt visas."),
            _("Hur får parten annars veta det som hålls inne?"),
        ),
        records=(_("Vad som hålls inne, och varför"),),
        answered=(_("Vad som hålls inne, och varför"),),
    ),
    Ground(
        "OSL_10_14",
        "OSL 10 kap. 14 §",
        _("Utlämnande med förbehåll"),
        (Way(AUTHORITIES, frozenset({Place.INDIVIDUAL})),),
        Decider.EC,
        OSL,
        asks=(_("Vilket förbehåll tar bort risken för skada eller men?"),),
        records=(_("Förbehållets ordalydelse"), _("Hur man överklagar")),
    ),
    Ground(
        "OSL_10_27",
        "OSL 10 kap. 27 §",
        _("Generalklausulen"),
        (Way(AUTHORITIES, AUTHORITIES),),
        Decider.EC,
        OSL,
        (
            conditions.Secrecy(
                _("Generalklausulen gäller inte uppgifter med den sekretessen."), excluded=GENERAL_CLAUSE_EXCLUDES
            ),
        ),
        asks=(_("Varför är det uppenbart att intresset av att lämna uppgiften väger tyngre än sekretessen?"),),
        records=(_("Avvägningen"),),
        answered=(_("Avvägningen"),),
    ),
    Ground(
        "BRB_24_4",
        "BrB 24 kap. 4 §",
        _("Nöd"),
        (Way(EVERYBODY, EVERYBODY),),
        Decider.H,
        OSL,
        confirms=(confirm.CANNOT_WAIT,),
        asks=(
            _("Vilken fara för liv eller hälsa gäller det?"),
            _("Varför finns ingen annan utväg, och varför är det försvarligt?"),
        ),
        afterwards=(_("Fullständiga skäl i efterhand"), _("Rapport till enhetschef samma dag")),
    ),
    Ground(
        "TF_2",
        "TF 2 kap., OSL 6 kap.",
        _("Begäran om allmän handling"),
        (Way(AUTHORITIES, EVERYBODY),),
        Decider.OTHER,
        OSL,
        asks=(
            _("Vilken handling har begärts, och är den allmän?"),
            _("Hur är varje uppgift i handlingen prövad mot sekretessen?"),
        ),
        records=(_("Beslutet"), _("Skriftligt avslag med hur man överklagar")),
    ),
)

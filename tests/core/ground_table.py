"""What ``domain/legal-grounds.md`` B.2 says of every ground, transcribed by hand, and the situations kept as data.

Nothing here is taken from the catalogue: where the two differ, one of them has misread the law.
"""

from __future__ import annotations

import csv
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from casework.cli.grounds import _situation, explain
from casework.core.grounds.situations import Place, Situation
from tests.house.files import ROOT

DAY = "2026-11-23"
"""The day of a situation that names none."""
PLACES = dict(zip("SOKFPANTDIHME", (
    *(Place.SOCIAL_SERVICES, Place.OTHER_SOCIAL_SERVICES, Place.SCHOOL, Place.RECREATION, Place.POLICE),
    *(Place.PROSECUTOR, Place.SECURITY_POLICE, Place.CUSTOMS, Place.COURT, Place.IVO, Place.HEALTH),
    *(Place.AUTHORITY, Place.INDIVIDUAL),
), strict=True))  # fmt: skip
"""A letter for each place: K is a school (skola), A a prosecutor (åklagare), N the security police (Säpo),
T customs (tull), D a court (domstol), M any other authority (myndighet), E an individual (enskild)."""
ALL, AUTHORITIES = "SOKFPANTDIHME", "SOKFPANTDIHM"

DIRECTIONS = {
    "AVIDENTIFIERAT": f"{ALL}>{ALL}",
    "OSL_12_2": f"{AUTHORITIES}>{ALL}",
    "OSL_12_3": f"{AUTHORITIES}>{ALL}",
    "OSL_12_1": f"{AUTHORITIES}>E?",
    "OSL_26_1_UTAN_MEN": f"SO>{ALL}",
    "OSL_10_2": f"{AUTHORITIES}>{ALL}",
    "OSL_10_2A": f"{AUTHORITIES}>E?",
    "OSL_10_3": f"{AUTHORITIES}>E",
    "OSL_10_14": f"{AUTHORITIES}>E",
    "OSL_10_15A": f"{AUTHORITIES}>{AUTHORITIES}",
    "OSL_10_17": f"{AUTHORITIES}>I {AUTHORITIES}>ME?",
    "OSL_10_18A": "SO>PNT",
    "OSL_10_18B": "SOH>PN",
    "OSL_10_18C": "SOH>P",
    "OSL_10_19": "SO>P",
    "OSL_10_20": "SO>P",
    "OSL_10_21": "SOH>PA K>PA?",
    "OSL_10_22": "SO>PA",
    "OSL_10_22A": "SOH>PN",
    "OSL_10_23": "SOH>PAN SOH>TM?",
    "OSL_10_24": "KFPANTDIM>PA",
    "OSL_10_27": f"{AUTHORITIES}>{AUTHORITIES}",
    "SOL_19_1": "KHPSOF>SO ANTDIME>SO?",
    "SOL_20_6": "KHPSOF>SO ANTDIME>SO?",
    "SOL_19_6": f"SO>{ALL}?",
    "SOL_15_7_1": "SO>DAPNT SO>M?",
    "SOL_15_7_2": "SO>M?",
    "SOL_15_8": "S>S",
    "SOL_15_9": "E>SO?",
    "SOL_15_2": "SO>M?",
    "SOL_15_5": "SO>A",
    "SOL_15_10_12": "ME>SO?",
    "SOL_27_6": "SO>I",
    "SOL_29_12": "S>O O>S",
    "OSL_26_9": "S>OH O>SH",
    "OSL_25_12": "H>SO",
    "OSL_26_9B": "SO>M?",
    "LUB_4": f"{AUTHORITIES}>PANT {AUTHORITIES}>M? E>PANT? E>M?",
    "LUB_6": "SOKF>PANT SOKF>M?",
    "LUB_7": "K>PANT K>M? F>PANT? F>M?",
    "PL_6": "P>SO",
    "LSKB_8_9": "SO>P",
    "FING_5": f"{AUTHORITIES}>P",
    "DOD_5": f"{AUTHORITIES}>M?",
    "BRB_24_4": f"{ALL}>{ALL}",
    "TF_2": f"{AUTHORITIES}>{ALL}",
}
"""From whom to whom each ground leads; with a question mark it asks which of those it is, or who one is oneself."""

LEVELS = {
    "H": "OSL_12_2 OSL_12_3 OSL_12_1 AVIDENTIFIERAT OSL_10_19 OSL_10_20 SOL_19_1 SOL_20_6 SOL_19_6 SOL_15_7_2 SOL_15_8 "
    "SOL_15_10_12 OSL_26_9 BRB_24_4",
    "FS": "OSL_26_1_UTAN_MEN OSL_10_2 OSL_10_3 OSL_10_18A OSL_10_21 OSL_10_22 SOL_15_5 OSL_26_9B",
    "EC": "OSL_10_14 OSL_10_15A OSL_10_17 OSL_10_18B OSL_10_18C OSL_10_22A OSL_10_23 OSL_10_27 SOL_15_7_1 SOL_27_6 "
    "SOL_29_12 LUB_4 FING_5 DOD_5",
    "U": "LSKB_8_9",
    "other": "OSL_10_2A OSL_10_24 SOL_15_9 SOL_15_2 OSL_25_12 LUB_6 LUB_7 PL_6 TF_2",
}
"""Who decides by default."""
CONSULTED = {"OSL_10_15A"}
"""Grounds on which a lawyer is always consulted."""

QUESTIONS = {
    "born": "När är personen född?",
    "victim": "När är den som brottet riktas mot född?",
    "recipient": "När är den som fick varan född?",
    "consent": "Finns ett samtycke som täcker mottagaren och uppgifterna, och som inte är återkallat?",
    "party": "Är den som begär uppgifterna part i ärendet?",
    "requested": "Har mottagaren begärt uppgifterna?",
    "unasked": "Har mottagaren begärt uppgifterna? På eget initiativ lämnas de bara till Polismyndigheten.",
    "investigation": "Är en utredning om barnet öppen?",
    "crime": "Gäller det ett brott som befaras, eller ett som redan är begånget?",
    "secrecy": "Vilken sekretess skyddar uppgiften?",
    "need": "Har personen ett beroende, tvångsvård enligt psykiatrilagarna, eller gäller det ett väntat barn?",
}
"""What a condition that the program can check asks while nobody has said."""
NEEDS = {
    "OSL_12_2": "born consent",
    "OSL_12_3": "born consent",
    "OSL_10_3": "party",
    "OSL_10_15A": "secrecy crime",
    "OSL_10_18A": "born crime secrecy",
    "OSL_10_18B": "crime",
    "OSL_10_18C": "crime secrecy",
    "OSL_10_20": "born",
    "OSL_10_21": "victim crime",
    "OSL_10_22": "recipient",
    "OSL_10_22A": "crime",
    "OSL_10_23": "crime",
    "OSL_10_24": "crime secrecy",
    "OSL_10_27": "secrecy",
    "SOL_19_1": "born",
    "SOL_20_6": "investigation",
    "SOL_15_7_1": "requested",
    "OSL_26_9": "need",
    "OSL_25_12": "need",
    "LUB_4": "requested",
    "LUB_6": "secrecy",
    "LUB_7": "unasked secrecy",
    "FING_5": "requested",
    "DOD_5": "requested",
}
"""The conditions of each ground that the program can check, by what they ask; the other grounds have none."""


@dataclass(frozen=True, slots=True)
class Row:
    """A situation kept as data: what the statute says of one ground in it, and what it then still asks."""

    statute: str
    code: str
    options: str
    available: bool
    asks: frozenset[str]


def rows() -> list[Row]:
    """Every situation that is kept."""
    lines = (ROOT / "tests" / "data" / "ground-situations.csv").read_text("utf-8").splitlines()
    return [_row(one) for one in csv.DictReader(lines, delimiter=";")]


def _row(read: Mapping[str, str]) -> Row:
    free = read["status"] == "available"
    unsaid = {QUESTIONS[one] for one in NEEDS.get(read["code"], "").split() if _is_unsaid(one, read["situation"])}
    return Row(read["statute"], read["code"], read["situation"], free, frozenset(unsaid if free else ()))


def _is_unsaid(what: str, options: str) -> bool:
    if what == "need":  # youth is enough, and 18 was reached by who was born on the day 18 years before
        return situation(options).born is None or str(situation(options).born) <= "2008-11-23"
    if what == "unasked":
        return not any(one in options for one in ("--request", "--own-initiative", "--to police"))
    said = {
        "born": "--born",
        "victim": "--victim-born",
        "recipient": "--recipient-born",
        "investigation": "--child-investigation",
        "requested": "--request --own-initiative",
        "crime": "--committed-crime --feared-crime",
    }.get(what, f"--{what}")
    return not set(said.split()) & set(options.split())


def words(options: str) -> list[str]:
    """The options as a command line, with a provision of three words ('26:1 a') kept together."""
    before, found, provision = options.partition("--secrecy ")
    split = shlex.split(f'{before}{found}"{provision}"' if found else options)
    return split if "--on" in split else [*split, "--on", DAY]


def situation(options: str) -> Situation:
    """The situation as the command makes it."""
    context = explain.make_context("explain", words(options))
    besides = {"as_json", "municipality", "data"}
    return _situation({name: value for name, value in context.params.items() if name not in besides})


def leads(code: str, source: Place, target: Place) -> tuple[bool, bool]:
    """Whether a ground leads from one to the other, and whether it then asks which of those it is."""
    there = [one for one in DIRECTIONS[code].split() if _covers(one, source, target)]
    return bool(there), bool(there) and all(one.endswith("?") for one in there)


def _covers(way: str, source: Place, target: Place) -> bool:
    sources, _arrow, reached = way.rstrip("?").partition(">")
    return source in {PLACES[one] for one in sources} and target in {PLACES[one] for one in reached}

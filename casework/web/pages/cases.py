"""The list of cases: filters in the address, chips that take them away, pages that go on where the last one ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from flask import request as http

from casework.contract import gettext as _
from casework.core import activation, cases
from casework.core.cases import Filters
from casework.core.permissions import Permission, Role
from casework.web import case_rows, cursors, language, receipts, request
from casework.web.access import requires

pages = Blueprint("cases", __name__)
RECEIPTS = {"registered": _("Ärendet är registrerat. Det väntar på en handläggare.")}
OFFICER = {"mina": _("Mina"), "alla": _("Alla du har åtkomst till"), "ingen": _("Utan handläggare")}
SHOW = {"pagaende": _("Pågående"), "avslutade": _("Avslutade"), "alla": _("Alla")}
STATUS = {"pagaende": "open", "avslutade": "closed", "alla": "all"}
ALIKE = "+"
"""Between the names of states that bear one label, in an address."""
NEUTRAL = {"omrade": "", "skede": "", "vem": "alla", "visa": "alla"}
"""What each parameter is when it filters nothing."""


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on, and the address without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    """The states of a focus area to choose from."""

    area: str
    states: Mapping[str, str]


@pages.get("/arenden")
@requires(Permission.CASE_LIST)
def index() -> str:
    """A page of the cases the person may list, latest change first."""
    areas = {name: case_rows.area_label(name) for name in activation.current(request.session())}
    chosen = _chosen(areas)
    found = cases.page(request.session(), request.actor(), _filters(chosen), cursors.read(http.args.get("efter", "")))
    return render_template(
        "cases/index.html",
        rows=list(case_rows.of(found.cases, found.persons).values()),
        when=case_rows.lately,
        older=url_for(".index", **chosen, efter=cursors.write(found.following)) if found.following else "",
        newest=url_for(".index", **chosen) if http.args.get("efter") else "",
        receipt=receipts.take(RECEIPTS),
        **_around(chosen, areas),
    )


def _around(chosen: Mapping[str, Any], areas: Mapping[str, str]) -> dict[str, Any]:
    """What stands around the list: its filters, and what else the person may do from here."""
    return {
        "chosen": chosen,
        "chips": list(_chips(chosen, areas)),
        "areas": areas,
        "groups": list(_groups(areas, chosen["omrade"])),
        "officers": _officers(),
        "show": SHOW,
        "names_only": {post.role for post in request.actor().posts} == {Role.CASE_OFFICER},
        "may_register": request.actor().may(Permission.CASE_REGISTER),
        "may_search": request.actor().may(Permission.PERSON_SEARCH),
    }


def _chosen(areas: Mapping[str, str]) -> dict[str, Any]:
    """What the address asks for, with what is not said or not known set to what the list begins with."""
    offered, asked = _officers(), http.args
    area, state = asked.get("omrade", ""), asked.get("skede", "")
    of_state = state.partition(".")[0]
    area = area if area in areas else of_state if of_state in areas and not area else ""
    begins = "mina" if "mina" in offered and not request.actor().may(Permission.CASE_ASSIGN) else "alla"
    return {
        "omrade": area,
        "skede": state if of_state == area and area else "",
        "vem": asked["vem"] if asked.get("vem") in offered else begins,
        "visa": asked["visa"] if asked.get("visa") in SHOW else "pagaende",
    }


def _filters(chosen: Mapping[str, str]) -> Filters:
    return Filters(
        area=chosen["omrade"],
        states=tuple(filter(None, chosen["skede"].partition(".")[2].split(ALIKE))),
        officer_id=request.actor().id if chosen["vem"] == "mina" else "",
        unassigned=chosen["vem"] == "ingen",
        show=STATUS[chosen["visa"]],
    )


def _officers() -> dict[str, str]:
    """Whose cases the person may choose among: nobody has their own without writing in cases."""
    actor = request.actor()
    leaves_out = {
        "mina": not actor.may(Permission.CASE_WRITE),
        "ingen": not actor.may(Permission.CASE_ASSIGN),
    }
    return {name: label for name, label in OFFICER.items() if not leaves_out.get(name)}


def _groups(areas: Mapping[str, str], chosen: str) -> Iterator[Group]:
    """The states of the chosen focus area, or of each; their value names the area too. One label stands there once."""
    for name, label in areas.items():
        focus = request.registry().areas.get(name)
        if focus is not None and chosen in {"", name}:
            states = [(one.name, one.label) for kind in focus.case_types for one in kind.workflow.states]
            yield Group(label, {f"{name}.{alike}": words for words, alike in _merged(states).items()})


def _merged(states: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Every label once, with the names of all states that bear it."""
    found: dict[str, list[str]] = {}
    for name, label in dict(states).items():
        found.setdefault(label, []).append(name)
    return {label: ALIKE.join(names) for label, names in found.items()}


def _chips(chosen: Mapping[str, Any], areas: Mapping[str, str]) -> Iterator[Chip]:
    states = {value: label for group in _groups(areas, "") for value, label in group.states.items()}
    labels = {"omrade": areas, "skede": states, "vem": OFFICER, "visa": SHOW}
    for name, value in chosen.items():
        if value != NEUTRAL[name]:
            less: dict[str, Any] = {**chosen, name: NEUTRAL[name]} | ({"skede": ""} if name == "omrade" else {})
            yield Chip(language.translate(labels[name].get(value, value)), url_for(".index", **less))

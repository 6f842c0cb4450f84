"""``casework grounds``: the legal grounds, and which of them hold in a situation."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from casework.cli.examples import example
from casework.cli.opening import opened, require_municipality
from casework.core import clock
from casework.core.grounds import catalogue, tightening
from casework.core.grounds.ground import Explained, Ground
from casework.core.grounds.situations import Place, Provision, Situation
from casework.core.grounds.tightening import Applied, Demands
from casework.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")

_PLACES = click.Choice([place.value for place in Place])
_DAY = click.DateTime(["%Y-%m-%d"])


class _Secrecy(click.ParamType[Provision]):
    name = "bestämmelse"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Provision:
        """A provision; what does not look like one is a fault of the command line."""
        try:
            return value if isinstance(value, Provision) else Provision.read(str(value))
        except ValueError:
            self.fail("Skriv bestämmelsen som 26:1 eller 24:2 a.", param, ctx)


def _may_name_a_municipality(command: Callable[P, R]) -> Callable[P, R]:
    """Give a command the options that name a municipality and its installation; without them the law alone speaks."""

    @click.option("--municipality", metavar="KOD", help="Med det som kommunen kräver, till exempel 1881.")
    @click.option(
        "--data",
        type=click.Path(file_okay=False, path_type=Path),
        metavar="KATALOG",
        help="Installationens katalog, om en kommun är namngiven. Förval: CASEWORK_DATA.",
    )
    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return command(*args, **kwargs)

    return run


@click.group(
    invoke_without_command=True,
    epilog=example("casework grounds", "casework grounds explain --from social_services --to police --born 2007-05-01"),
)
@click.option("--json", "as_json", is_flag=True, help="Hela katalogen, som JSON.")
@_may_name_a_municipality
@click.pass_context
def grounds(context: click.Context, *, as_json: bool, municipality: str | None, data: Path | None) -> None:
    """Visa de rättsliga grunderna för att lämna ut uppgifter."""
    today = clock.today(clock.system())
    if context.invoked_subcommand is not None:
        return
    if municipality is not None:
        demanded = _demanded(municipality, data, today)
        rows = [_row(one.ground) | _tightened(one) for one in demanded.values()]
    else:
        rows = [_row(ground) for ground in (catalogue.GROUNDS if as_json else catalogue.current(today))]
    if as_json:
        click.echo(json.dumps({"version": catalogue.VERSION, "grounds": rows}, ensure_ascii=False, indent=2))
        return
    for row in rows:
        off = " Avstängd i kommunen." if row.get("off") else ""
        click.echo(f"{row['code']}: {row['title']} ({row['statute']}). Beslut: {row['level']}.{off}")


@grounds.command(
    epilog=example(
        "casework grounds explain --from social_services --to police --born 2007-05-01 --feared-crime --json",
        'casework grounds explain --from school --to police --request --secrecy "23:2"',
    )
)
@click.option("--from", "source", type=_PLACES, required=True, help="Den som lämnar ut.")
@click.option("--to", "target", type=_PLACES, required=True, help="Den som tar emot.")
@click.option("--on", type=_DAY, help="Dagen för utlämnandet. I dag om inget sägs.")
@click.option("--born", type=_DAY, help="När den som uppgifterna gäller är född.")
@click.option("--victim-born", type=_DAY, help="När den som brottet riktas mot är född.")
@click.option("--recipient-born", type=_DAY, help="När den som fick varan är född.")
@click.option("--consent", type=click.Choice(["given", "none"]), help="Om det finns ett samtycke som gäller.")
@click.option("--child-investigation", type=click.Choice(["open", "none"]), help="Om en barnutredning är öppen.")
@click.option("--party", is_flag=True, default=None, help="Den som begär uppgifterna är part.")
@click.option("--request/--own-initiative", "requested", default=None, help="På begäran eller eget initiativ.")
@click.option("--committed-crime/--feared-crime", "committed", default=None, help="Begånget eller befarat brott.")
@click.option("--secrecy", type=_Secrecy(), help="Sekretessen som skyddar uppgiften, till exempel 26:1.")
@click.option("--json", "as_json", is_flag=True, help="Som JSON.")
@_may_name_a_municipality
def explain(*, as_json: bool, municipality: str | None, data: Path | None, **given: Any) -> None:
    """Visa vilka grunder som håller för ett utlämnande, vilka som inte gör det och varför."""
    situation = _situation(given)
    if municipality is None:
        said = catalogue.explained(situation)
        rows = [_explained(one) for one in said]
    else:
        applied = _applied(municipality, data, situation)
        said = tuple(one.explained for one in applied)
        rows = [_explained(one.explained) | _tightened(one.demands) for one in applied]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one in sorted(said, key=lambda one: not one.available):
        click.echo(f"{'Kan användas' if one.available else 'Spärrad'}: {one.ground.title} ({one.ground.statute})")
        for line in (*one.blocked, *one.holds, *one.asks):
            click.echo(f"  {line}")


def _demanded(municipality: str, data: Path | None, on: date) -> dict[str, Demands]:
    """What applies to every ground in a municipality on a day; raises Refused for one that does not take part."""
    with opened(Settings.read(data)) as installation:
        require_municipality(installation, municipality)
        with installation.session(municipality) as session:
            return tightening.in_force(session, on)


def _applied(municipality: str, data: Path | None, situation: Situation) -> tuple[Applied, ...]:
    """What every ground says of a situation in a municipality; raises Refused for one that does not take part."""
    with opened(Settings.read(data)) as installation:
        require_municipality(installation, municipality)
        with installation.session(municipality) as session:
            return tightening.explained(session, situation)


def _situation(given: dict[str, Any]) -> Situation:
    """What was said on the command line; raises UsageError for a birth after the day."""
    days = {name: _day(given[name]) for name in ("on", "born", "victim_born", "recipient_born")}
    on = days.pop("on") or clock.today(clock.system())
    for name, born in days.items():
        if born is not None and born > on:
            raise click.BadParameter("Dagen ligger efter utlämnandet.", param_hint=f"--{name.replace('_', '-')}")
    return Situation(
        Place(given["source"]),
        Place(given["target"]),
        on,
        born=days["born"],
        victim_born=days["victim_born"],
        recipient_born=days["recipient_born"],
        consent=_answer(given["consent"], "given"),
        child_investigation=_answer(given["child_investigation"], "open"),
        party=given["party"] or None,
        requested=given["requested"],
        committed=given["committed"],
        secrecies=frozenset(() if given["secrecy"] is None else (given["secrecy"],)),
    )


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def _answer(said: str | None, yes: str) -> bool | None:
    return None if said is None else said == yes


def _explained(one: Explained) -> dict[str, Any]:
    return {
        "code": one.ground.code,
        "title": one.ground.title,
        "status": "available" if one.available else "blocked",
        "why": " ".join(one.blocked or one.holds),
        "asks": list(one.asks),
        "level": one.ground.decider.value,
        "consult": one.ground.consult,
    }


def _tightened(one: Demands) -> dict[str, Any]:
    """What the municipality demands, in place of what the law does."""
    return {"level": one.level.value, "consult": one.consult, "four_eyes": one.four_eyes, "off": one.off}


def _row(ground: Ground) -> dict[str, Any]:
    return {
        "code": ground.code,
        "version": ground.version,
        "statute": ground.statute,
        "title": ground.title,
        "since": ground.since.isoformat(),
        "until": ground.until.isoformat() if ground.until else None,
        "ways": [
            {
                "from": sorted(way.sources),
                "to": sorted(way.targets),
                "which": " ".join(one.asks for one in way.which) or None,
            }
            for way in ground.ways
        ],
        "asks": list(ground.assessed),
        "records": [*ground.records, *ground.afterwards],
        "level": ground.decider.value,
        "consult": ground.consult,
    }

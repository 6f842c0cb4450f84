"""Attacks the demonstration with wapiti and sqlmap as every role; fails on what docs/security.md does not explain."""

from __future__ import annotations

import datetime as dt
import json
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
from flask import Flask

from casework.core.passwords import DEMONSTRATION
from casework.web import create_app
from tests.attack import demonstration, explained, targets, tools
from tests.attack.gateway import PLANTED, Gateway
from tests.attack.targets import MARK, Target

FOLDER = tools.ROOT / ".attack"
NOBODY = "nobody"
PEOPLE = {
    NOBODY: "not signed in",
    "maja.testlind": "case officer",
    "vilma.dummy": "team lead",
    "erik.demosson": "police liaison",
    "robert.ovningsmark": "administrator",
    "disa.fiktell": "log reviewer",
    "elin.exempelsson": "intake",
    "jon.skissgren": "out-of-hours intake, with break-glass",
    "tora.provander": "partner (school)",
}
CONTROL = Target("planted", "GET", f"{PLANTED}?sok=prov{MARK}", "", frozenset())


@dataclass
class Run:
    """What one tool found as one person, also when it took several runs to come to the end.

    ``planted`` says whether it found the fault that was planted for it, in every run.
    """

    tool: str
    who: str
    found: list[str]
    planted: bool
    whole: bool
    requests: int
    attacked: list[str]
    parameters: int
    broken: list[str]
    seconds: int
    day: str = ""

    def after(self, before: Run) -> Run:
        """This run as the continuation of one that was stopped."""
        return replace(
            self,
            found=sorted({*before.found, *self.found}),
            planted=before.planted and self.planted,
            requests=before.requests + self.requests,
            attacked=sorted({*before.attacked, *self.attacked}),
            broken=before.broken + self.broken,
            seconds=before.seconds + self.seconds,
        )


Attack = Callable[[Path, Gateway, list[Target]], tuple[list[str], bool]]


@contextmanager
def gateway(app: Flask, who: str, copy: Path):
    with demonstration.served(demonstration.made(FOLDER / "made"), copy) as port:
        name = None if who == NOBODY else who
        one = Gateway(port, app.url_map, name, DEMONSTRATION, lambda: demonstration.let_in(copy, who))
        threading.Thread(target=one.serve_forever, daemon=True).start()
        try:
            yield one
        finally:
            one.shutdown()
            one.server_close()


def attack(app: Flask, tool: str, who: str, how: Attack, before: Run | None) -> Run:
    """Set one tool upon a fresh copy as one person; what a run that was stopped has attacked is left out."""
    folder = FOLDER / f"{who}-{tool}"
    folder.mkdir(parents=True, exist_ok=True)
    with gateway(app, who, folder / "copy") as one:
        chosen = targets.of(one, app)
        one.seen.answers.clear()
        begun = time.monotonic()
        done = set(before.attacked) if before else set()
        found, whole = how(folder, one, [target for target in chosen if not set(target.names) <= done])
        wanted = {name for target in chosen for name in target.names}
        run = Run(
            tool=tool,
            who=who,
            found=[line.replace(one.address, "") for line in found if PLANTED not in line],
            planted=any(PLANTED in line for line in found),
            whole=whole,
            requests=sum(one.seen.answers.values()),
            attacked=sorted(wanted & {" ".join(names) for names in one.seen.attacked}),
            parameters=len(wanted),
            broken=one.seen.broken,
            seconds=round(time.monotonic() - begun),
            day=dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
        )
    return run.after(before) if before else run


@click.command()
@click.argument("who", nargs=-1)
@click.option("--tool", type=click.Choice(["sqlmap", "wapiti"]), help="Only this one.")
@click.option("--minutes", default=8.0, show_default=True, help="The longest that one tool attacks as one person.")
def main(who: tuple[str, ...], tool: str | None, minutes: float) -> None:
    """Attack the demonstration on this machine as WHO, or as everybody of PEOPLE.

    What sqlmap had no time for is gone on with by the next call. Throw ``.attack`` away to begin anew.
    """
    scripts = tools.prepare(FOLDER)
    app = create_app(demonstration.settings(demonstration.made(FOLDER / "made")))
    hows: dict[str, Attack] = {
        "sqlmap": lambda folder, one, chosen: tools.sqlmap(
            (scripts, folder), one.address, [CONTROL, *chosen], minutes * 60
        ),
        "wapiti": lambda folder, one, chosen: tools.wapiti(
            (scripts, folder),
            one.address,
            [target.path.replace(MARK, "") for target in chosen if target.method == "GET"],
            minutes * 60,
            nobody=one.who is None,
        ),
    }
    state, failed = FOLDER / "runs.json", False
    for person in who or PEOPLE:
        for name in [tool] if tool else hows:
            click.echo(f"{name} as {person} …")
            last = kept(state).get(f"{person} {name}")
            before = last if last and not last.whole and name == "sqlmap" else None
            run = attack(app, name, person, hows[name], before)
            runs = kept(state) | {f"{person} {name}": run}
            state.write_text(json.dumps({key: asdict(one) for key, one in runs.items()}, indent=1), "utf-8")
            explained.write_runs(row(one) for _key, one in sorted(runs.items()))
            failed = tell(run) or failed
    sys.exit(1 if failed else 0)


def kept(state: Path) -> dict[str, Run]:
    """The last run of each tool as each person."""
    known = json.loads(state.read_text("utf-8")) if state.exists() else {}
    return {key: Run(**one) for key, one in known.items()}


def row(run: Run) -> list[object]:
    """A run as the page about security shows it."""
    end = "came to its end: `tests/web/test_attack.py`" if run.whole else "its time was out; what it left is a promise"
    if not run.planted:
        end = "missed the planted fault: worth nothing, a promise"
    attacked = f"{len(run.attacked)} of {run.parameters}"
    return [PEOPLE[run.who], run.tool, run.requests, attacked, len(run.found), end, run.day]


def tell(run: Run) -> bool:
    """Say what came of a run; whether something in it is unexplained."""
    end = "to the end" if run.whole else "stopped when its time was out"
    click.echo(
        f"  {run.requests} requests in {run.seconds} s, {len(run.attacked)} of {run.parameters} parameters, "
        f"{len(run.found)} findings, {end}"
    )
    wrong = [f"answered {line}" for line in run.broken] + explained.unexplained(run.found)
    if not run.planted:
        wrong.append("the planted fault was not found: this run has proved nothing")
    for line in wrong:
        click.echo(f"  UNEXPLAINED: {line}")
    return bool(wrong)


if __name__ == "__main__":
    main()

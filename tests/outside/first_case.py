"""Run in the clean environment, by its Python: a case of the stranger's area, from registration to its second step."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from casework.core import accounts, cases, clock, entries, persons, steps, teams
from casework.core.db import connect
from casework.core.errors import Refused
from casework.core.installation import Installation
from casework.core.keys import Keyring
from casework.core.registry import Registry
from casework.core.roots import FileRoot
from casework.settings import Settings


def main(data: Path, answers: dict[str, str]) -> dict[str, object]:
    """Register, be refused, write, take the step; what came of it."""
    settings = Settings.read(data)
    registry = Registry.installed(settings.plugins)
    keyring = Keyring(FileRoot(settings.key_file))
    installation = Installation(connect(settings.database_url), keyring, registry, clock.system)
    with installation.session(None) as session:
        account = accounts.find(session, "maja.testlind")
    assert account is not None
    with installation.session("1881", account.id) as session:
        actor = accounts.actor(session, account)
        subject = persons.add(session, actor, "Pelle Påhittad", None)
        case = cases.register(
            session,
            registry,
            actor,
            area="faltarbete",
            case_type="outreach",
            unit_id=actor.posts[0].unit_id,
            state="met",
            subject=subject,
        )
        teams.appoint(session, case, actor.id, actor.id)
    refused = ""
    try:
        with installation.session("1881", account.id) as session:
            steps.take(session, registry, actor, case.id, "follow", seen_version=case.version)
    except Refused as error:
        refused = error.refusals[0].reason
    with installation.session("1881", account.id) as session:
        entry = entries.sign(session, registry, actor, case.id, "contact", answers)
    with installation.session("1881", account.id) as session:
        case, decision = cases.open_case(session, actor, case.id, "journal")
        read = entries.answers_of(decision, entry)
        case = steps.take(session, registry, actor, case.id, "follow", seen_version=case.version)
    return {"number": case.number, "state": case.state, "refused": refused, "read": read}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(Path(sys.argv[1]), json.loads(sys.argv[2]))))

"""The commands of whoever runs the installation: ``casework …``."""

from __future__ import annotations

import click

from casework import __version__
from casework.cli.accounts import account
from casework.cli.areas import areas, enable
from casework.cli.backing_up import backup, backup_key, restore
from casework.cli.checking import check
from casework.cli.database import db
from casework.cli.examples import example
from casework.cli.exporting import export
from casework.cli.failures import Commands
from casework.cli.grounds import grounds
from casework.cli.handing_out import checkpoint, key
from casework.cli.handing_out import export as export_record
from casework.cli.importing import import_
from casework.cli.keys import keys
from casework.cli.notifying import notices
from casework.cli.reporting import report
from casework.cli.serving import serve
from casework.cli.setting_up import setup
from casework.cli.verifying import access, audit


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=example(
        "casework db upgrade --data /srv/casework",
        "casework setup avtal.toml --data /srv/casework",
        "casework serve --data /srv/casework",
    ),
)
@click.version_option(__version__, prog_name="casework")
def main() -> None:
    """Sköt en installation av Hållpunkt.

    Varje kommando tar --data KATALOG, eller läser CASEWORK_DATA eller CASEWORK_DATABASE_URL.
    Svaret är 0 när det är gjort, 1 när något nekades eller inte stämde och 2 när kommandot skrevs fel.
    """


for command in (
    access,
    account,
    areas,
    audit,
    backup,
    backup_key,
    check,
    db,
    enable,
    export,
    grounds,
    import_,
    keys,
    notices,
    restore,
    serve,
    setup,
):
    main.add_command(command)
for command in (checkpoint, export_record, key, report):
    audit.add_command(command)

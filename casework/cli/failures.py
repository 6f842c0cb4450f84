"""What goes wrong, in Swedish and with the remedy, on the error stream; never anything personal."""

from __future__ import annotations

from typing import IO, Any

import click
from sqlalchemy.exc import DBAPIError

from casework.cli import holes
from casework.core.errors import (
    AuditMissing,
    Broken,
    CaseworkError,
    Locked,
    NotFound,
    NotMigrated,
    PluginBroken,
    Quarantined,
    Refused,
    UnsafeDatabase,
)
from casework.core.setup.plan import Faulty


class Failure(click.ClickException):
    """The command was refused: exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Say it on the error stream."""
        click.echo(f"Fel: {self.message}", file=file, err=file is None)


class Commands(click.Group):
    """A group of commands that puts every refusal of the domain into words."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; raises Failure for whatever the domain refuses."""
        try:
            return super().invoke(ctx)
        except CaseworkError as error:
            raise Failure(in_words(error)) from None
        except DBAPIError as error:
            # The driver's own message may quote a row.
            raise Failure(
                f"Databasen svarar inte som den ska ({type(error.orig).__name__}). Kontrollera att den är i gång, "
                "att adressen stämmer och att ingen annan håller den låst."
            ) from None


def in_words(error: CaseworkError) -> str:
    """A refusal of the domain in Swedish, with what to do about it."""
    match error:
        case NotMigrated():
            return (
                f"Databasen är inte på den version som programmet behöver (den står på: {error}). "
                "Kör casework db upgrade med samma --data."
            )
        case PluginBroken():
            faults = "\n".join(f"  - {problem}" for problem in error.problems)
            return (
                f"Modulerna kan inte användas:\n{faults}\n"
                "Installera eller rätta dem, eller lämna dem utanför CASEWORK_PLUGINS."
            )
        case UnsafeDatabase() if error.holes:
            return holes.in_words(error.holes)
        case UnsafeDatabase():
            return (
                f"Databasen håller inte kommunerna åtskilda: {error}. Kör db upgrade med CASEWORK_OWNER_URL, och låt "
                "CASEWORK_DATABASE_URL vara en annan roll som inte äger tabellerna."
            )
        case Faulty():
            return "Filen kan inte användas, och inget har ändrats:\n" + "\n".join(f"  - {one}" for one in error.faults)
        case _:
            return _of_a_deed(error)


def _of_a_deed(error: CaseworkError) -> str:
    match error:
        case Quarantined():
            return (
                "Databasen är återställd från en säkerhetskopia, men det som har förstörts efteråt är inte förstört på "
                "nytt. Töm den och kör casework restore igen."
            )
        case Refused():
            return " ".join(refusal.reason for refusal in error.refusals)
        case NotFound():
            return "Det finns inte, eller får inte göras av den användaren."
        case Broken() | Locked():
            return "Nycklarna i databasen kan inte öppnas. Kör casework check."
        case AuditMissing():
            return "Loggen kan inte skrivas, så inget är gjort. Kör casework check."
        case _:
            return f"Det gick inte ({type(error).__name__}). Kör casework check."

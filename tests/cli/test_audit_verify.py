"""``audit verify`` passes what is whole, and names the first row that somebody has been at."""

from __future__ import annotations

import sqlite3

import pytest

from tests.cli.conftest import DATA, IMPORT

KUMLA = "municipality = '1881'"
TAMPERING = {
    "changed": (f"UPDATE audit_events SET actor_id = 'operator' WHERE seq = 40 AND {KUMLA}", "rad 40: raden är ändrad"),
    "deleted": (f"DELETE FROM audit_events WHERE seq = 40 AND {KUMLA}", "rad 40: raden är borttagen"),
    "inserted": (
        f"CREATE TEMP TABLE copied AS SELECT * FROM audit_events WHERE seq = 40 AND {KUMLA};"
        f"UPDATE copied SET seq = (SELECT max(seq) + 1 FROM audit_events WHERE {KUMLA});"
        "INSERT INTO audit_events SELECT * FROM copied",
        "raden är inskjuten",
    ),
    "inserted in between": (
        f"UPDATE audit_events SET seq = -seq - 1 WHERE seq >= 40 AND {KUMLA};"
        f"UPDATE audit_events SET seq = -seq WHERE seq < 0 AND {KUMLA};"
        f"CREATE TEMP TABLE copied AS SELECT * FROM audit_events WHERE seq = 39 AND {KUMLA};"
        "UPDATE copied SET seq = 40; INSERT INTO audit_events SELECT * FROM copied",
        "rad 40: raden har bytt plats",
    ),
    "reordered": (
        f"UPDATE audit_events SET seq = -1 WHERE seq = 40 AND {KUMLA};"
        f"UPDATE audit_events SET seq = 40 WHERE seq = 41 AND {KUMLA};"
        f"UPDATE audit_events SET seq = 41 WHERE seq = -1 AND {KUMLA}",
        "rad 40: raden har bytt plats",
    ),
    "cut off": (f"DELETE FROM audit_events WHERE seq > 60 AND {KUMLA}", "rad 61: loggen är avkortad"),
    "cut off with its end": (
        f"DELETE FROM audit_events WHERE seq > 60 AND {KUMLA};"
        "UPDATE audit_heads SET seq = 60, hash = (SELECT hash FROM audit_events "
        f"WHERE seq = 60 AND {KUMLA}) WHERE {KUMLA}",
        "slutmärket är ändrat",
    ),
    "end removed": (f"DELETE FROM audit_heads WHERE {KUMLA}", "slutmärket saknas"),
    "the installation's": ("UPDATE installation_events SET actor_id = 'x' WHERE seq = 3", "rad 3: raden är ändrad"),
}


@pytest.fixture
def database_kind():
    return "sqlite"


@pytest.fixture
def imported(casework):
    casework("import", DATA / "avhoppare-register.csv", *IMPORT)
    return casework


def test_a_whole_record_passes(imported):
    result = imported("audit", "verify")
    assert "Installationen: loggen är hel." in result.stdout
    assert "Kumla: loggen är hel." in result.stdout
    imported("audit", "verify")


@pytest.mark.parametrize("how", TAMPERING)
def test_a_row_somebody_has_been_at_is_named(imported, how):
    deed, said = TAMPERING[how]
    tamper(imported, deed)
    result = imported("audit", "verify", code=1)
    assert said in result.stderr
    assert ("Kumla: gren 0" in result.stderr) == ("installation" not in how)
    assert "Laxå: loggen är hel." in result.stdout
    again = imported("audit", "verify", code=1)
    assert again.stderr == result.stderr, "what was found is not covered up by writing after it"


def tamper(casework, deed):
    connection = sqlite3.connect(casework.database.data_dir / "casework.db")
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.executescript(deed)
    connection.close()

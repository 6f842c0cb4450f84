"""A database server on another machine is asked over TLS that proves whose it is, or not at all."""

from __future__ import annotations

import pytest
from sqlalchemy import event, make_url

from casework.cli import failures
from casework.core import schema, walls
from casework.core.db import connect
from casework.core.errors import UnsafeDatabase

FAR = "postgresql+psycopg://app@192.0.2.7/casework"
NAMED_OTHERWISE = "postgresql+psycopg://app@/casework"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////srv/casework/casework.db",
        "postgresql+psycopg://app@/casework",
        "postgresql+psycopg://app@/casework?host=/run/postgresql",
        "postgresql+psycopg://app@localhost/casework",
        "postgresql+psycopg://app@127.0.0.1:5433/casework",
        "postgresql+psycopg://app@[::1]/casework",
        f"{FAR}?sslmode=verify-full",
        f"{FAR}?sslmode=verify-full&sslrootcert=/etc/casework/ca.pem",
    ],
)
def test_a_private_way_to_the_database_is_taken(url):
    walls.require_private_line(make_url(url))


@pytest.mark.parametrize(
    "url",
    [
        FAR,
        *(f"{FAR}?sslmode={mode}" for mode in ("disable", "allow", "prefer", "require", "verify-ca", "")),
        f"{NAMED_OTHERWISE}?host=192.0.2.7",
        f"{NAMED_OTHERWISE}?host=/run/postgresql&host=192.0.2.7",
        f"{NAMED_OTHERWISE}?host=/run/postgresql,192.0.2.7",
        f"{NAMED_OTHERWISE}?hostaddr=192.0.2.7",
        f"{NAMED_OTHERWISE}?service=production",
        "postgresql://app@localhost.example/casework",
    ],
)
def test_a_way_that_others_may_listen_on_is_refused_with_its_remedy(url):
    with pytest.raises(UnsafeDatabase) as refusal:
        walls.require_private_line(make_url(url))
    assert "sslmode=verify-full" in failures.in_words(refusal.value)


@pytest.mark.parametrize(
    ("url", "name", "value"),
    [
        (NAMED_OTHERWISE, "PGHOST", "192.0.2.7"),
        (NAMED_OTHERWISE, "PGHOST", "/run/postgresql,192.0.2.7"),
        ("postgresql+psycopg://app@localhost/casework", "PGHOSTADDR", "192.0.2.7"),
        (NAMED_OTHERWISE, "PGSERVICE", "production"),
    ],
)
def test_a_way_that_the_surroundings_name_is_looked_at_too(monkeypatch, url, name, value):
    walls.require_private_line(make_url(url))
    monkeypatch.setenv(name, value)
    with pytest.raises(UnsafeDatabase):
        walls.require_private_line(make_url(url))
    walls.require_private_line(make_url(f"{url}?sslmode=verify-full"))
    monkeypatch.setenv("PGHOST", "/run/postgresql")
    monkeypatch.delenv(name if name != "PGHOST" else "PGUSER", raising=False)
    walls.require_private_line(make_url(url))


def test_nothing_is_sent_before_it_is_refused():
    engine, tried = connect(FAR), []
    event.listen(engine, "do_connect", lambda *how: tried.append(how))
    with pytest.raises(UnsafeDatabase):
        schema.check(engine)
    with pytest.raises(UnsafeDatabase):
        schema.upgrade("postgresql+psycopg://owner@192.0.2.7/casework", FAR)
    assert tried == []
    engine.dispose()

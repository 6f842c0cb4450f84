"""``keys rotate --accounts`` and ``keys reseal``, and what ``check`` says of them and of the list of passwords."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from casework.core.key_operations import accounts_key, orders, resealing
from tests.cli.conftest import DATA, IMPORT

REGISTER = DATA / "avhoppare-register.csv"


@pytest.fixture
def at_once(monkeypatch):
    """No process is left that could use an old key."""
    monkeypatch.setattr(accounts_key, "GRACE", timedelta(0))
    monkeypatch.setattr(resealing, "GRACE", timedelta(0))


def test_the_accounts_key_is_changed_and_the_old_one_destroyed_by_the_same_command_later(casework, monkeypatch):
    casework("account", "reset", "maja.testlind")
    said = casework("keys", "rotate", "--accounts").stdout
    assert "Nyckeln för konton har version 2. 1 rader flyttades nu." in said
    assert re.search(r"Kör samma kommando igen efter \d\d\.\d\d UTC", said)
    assert "OBS  Bytet av nyckeln för konton är inte klart." in casework("check").stdout
    monkeypatch.setattr(accounts_key, "GRACE", timedelta(0))
    said = casework("keys", "rotate", "--accounts").stdout
    assert "Version 1 är förstörd. Starta om alla processer." in said
    assert "nyckeln för konton" not in casework("check").stdout
    assert re.search(r"^  accounts  version 1   förstörd", casework("keys", "status").stdout, re.MULTILINE)
    casework("keys", "rotate", code=2)
    casework("keys", "rotate", "--accounts", "--municipality", "1881", code=2)


def test_cases_and_persons_get_new_keys_and_the_record_stays_whole(casework, at_once):
    casework("import", REGISTER, *IMPORT)
    casework.order_keys(orders.order_resealing, "1881")
    said = casework("keys", "reseal", "--municipality", "1881").stdout
    owners, values = re.findall(r"Kumla: (\d+) ärenden och personer har nya nycklar, (\d+) uppgifter", said)[0]
    assert int(owners) > 16 and int(values) > int(owners)
    assert "OBS  Kumla: gamla nycklar till ärenden finns kvar." in casework("check").stdout
    said = casework("keys", "reseal", "--municipality", "1881", "--finish").stdout
    assert re.search(r"Kumla: [1-9]\d* gamla nycklar är förstörda\.", said)
    assert "gamla nycklar" not in casework("check").stdout
    casework("audit", "verify", "--rows")


def test_the_old_keys_are_kept_until_nobody_can_be_using_them(casework):
    casework("import", REGISTER, *IMPORT)
    casework.order_keys(orders.order_resealing, "1881")
    casework("keys", "reseal", "--municipality", "1881")
    assert "tio minuter" in casework("keys", "reseal", "--municipality", "1881", "--finish", code=1).stderr


def test_check_looks_at_the_list_of_breached_passwords(casework, tmp_path):
    listed = tmp_path / "pwned.txt"
    assert "läckta lösenord" not in casework("check").stdout
    said = casework("check", code=1, CASEWORK_BREACHED_PASSWORDS=str(listed)).stderr
    assert "FEL  Listan över läckta lösenord kan inte läsas." in said
    listed.write_bytes(b"A" * 40 + b":7\n" + b"B" * 40 + b":1\n")
    assert (
        "ok   Listan över läckta lösenord kan läsas."
        in casework("check", CASEWORK_BREACHED_PASSWORDS=str(listed)).stdout
    )

"""The files to deploy by run commands that exist, as the document says, and give the program no more than it needs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from casework.cli import main, serving
from casework.cli.surroundings import findings
from casework.core import mail_server
from casework.settings import Settings
from tests.house.files import ROOT

DEPLOY = ROOT / "docs" / "deploy"
SERVICES = sorted(DEPLOY.glob("*.service"))
TIMERS = sorted(DEPLOY.glob("*.timer"))
OPERATIONS = ROOT / "docs" / "operations.md"
HARDENED = {
    "CapabilityBoundingSet": "",
    "IPAddressDeny": "any",
    "LimitCORE": "0",
    "MemoryDenyWriteExecute": "yes",
    "MemorySwapMax": "0",
    "NoNewPrivileges": "yes",
    "PrivateDevices": "yes",
    "PrivateTmp": "yes",
    "ProtectHome": "yes",
    "ProtectProc": "invisible",
    "ProtectSystem": "strict",
    "RestrictAddressFamilies": "AF_UNIX AF_INET AF_INET6",
    "UMask": "0077",
    "User": "casework",
}
"""What security.md 6.9 wants of the unit."""


def directives(path: Path) -> list[tuple[str, str]]:
    """Every line of a unit that sets something."""
    lines = path.read_text("utf-8").splitlines()
    return [(name, value) for name, eq, value in (line.partition("=") for line in lines) if eq and name[:1] != "#"]


def environment() -> dict[str, str]:
    """The settings of the shipped file."""
    return dict(directives(DEPLOY / "casework.env"))


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_is_shut_in(path):
    said = directives(path)
    assert {name: value for name, value in said if name in HARDENED} == HARDENED
    filters = [value for name, value in said if name == "SystemCallFilter"]
    assert filters == ["@system-service", "~@privileged @resources"]


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_a_unit_runs_a_command_that_exists(path):
    ran = [shlex.split(value) for name, value in directives(path) if name == "ExecStart"]
    assert ran
    for program, *arguments in ran:
        if program.endswith("/gunicorn"):
            assert arguments[-1] == f"{serving.__name__}:{serving.application.__name__}()"
            continue
        command: click.Command = main
        while isinstance(command, click.Group):
            command = command.commands[arguments.pop(0)]
        known = {option for parameter in command.params for option in parameter.opts}
        assert {one for one in arguments if one.startswith("--")} <= known


def test_every_job_has_its_timer_and_every_timer_its_job():
    assert {path.stem for path in TIMERS} == {path.stem for path in SERVICES} - {"casework"}


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="only systemd knows what its units mean")
@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_systemd_itself_finds_little_to_expose(path):
    command = ["systemd-analyze", "security", "--offline=yes", "--threshold=20", str(path)]
    judged = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert judged.returncode == 0, judged.stdout[-300:]


def test_no_setting_of_the_shipped_file_would_hinder_the_start():
    surroundings = {name: text for name, text in environment().items() if name != "CASEWORK_SMTP_PASSWORD_FILE"}
    surroundings["CASEWORK_SMTP"] = "smtp://epost.example.se:587"  # the password's file is the operator's
    found = findings(Settings.read(None, surroundings), surroundings)
    assert [one.words for one in found if not one.right] == []


def test_the_document_explains_every_setting_and_names_every_file():
    said = OPERATIONS.read_text("utf-8")
    asked = set(re.findall(r'"(CASEWORK_[A-Z_]+)"', (ROOT / "casework" / "settings.py").read_text("utf-8")))
    asked |= {mail_server.SERVER, mail_server.PASSWORD, mail_server.AUTHORITY, mail_server.SENDER, mail_server.EVERY}
    asked |= set(environment())
    asked = {name for name in asked if not name.endswith("_")}
    assert [name for name in sorted(asked) if f"`{name}`" not in said] == []
    assert [path.name for path in sorted(DEPLOY.iterdir()) if path.name not in said] == []


def test_the_proxy_keeps_the_name_and_replaces_what_a_visitor_says_of_themselves():
    said = (DEPLOY / "nginx.conf").read_text("utf-8")
    assert "proxy_set_header Host $host;" in said
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in said
    assert "proxy_set_header X-Forwarded-Proto https;" in said
    assert said.count("access_log off;") == said.count("server_name ")
    assert environment()["CASEWORK_PROXIES"] == "1"

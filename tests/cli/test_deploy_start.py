"""How the pages are served: to this machine alone, by a server of a machine that is ready, under one name."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing

import pytest

from casework.settings import Settings
from casework.web import create_app

ON_SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"])


@pytest.mark.parametrize("database_kind", ["sqlite"])
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.1", "hallpunkt.example.se"])
@pytest.mark.parametrize("trial", [(), ("--trial",)], ids=["in earnest", "trial"])
def test_the_pages_are_never_shown_to_other_machines_directly(ready, served, host, trial):
    refused = ready.casework("serve", "--host", host, *trial, code=1, **ready.surroundings)
    assert "Lyssna på 127.0.0.1" in refused.stderr and served == []


@ON_SQLITE
def test_a_trial_needs_nothing_and_says_what_it_is(casework, served):
    said = casework("serve", "--trial", "--port", "0").stderr
    assert "Lägg inte in riktiga personer" in said
    assert [one["clear_untrusted_proxy_headers"] for one in served] == [True]


def test_gunicorn_serves_a_ready_installation_and_no_other(ready):
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    command += ["casework.cli.serving:application()"]
    unsafe = {name: text for name, text in ready.environ.items() if name != "CASEWORK_PROXIES"}
    refused = subprocess.run(command, env=unsafe, capture_output=True, text=True, timeout=60, check=False)
    assert refused.returncode != 0 and "sätt CASEWORK_PROXIES" in refused.stderr and "Traceback" not in refused.stderr
    running = subprocess.Popen(command, env=ready.environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert answer(port, "hallpunkt.example.se") == (200, "ok")
        assert answer(port, "annan.example.se")[0] == 400
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(20)


def answer(port: int, host: str) -> tuple[int, str]:
    """What the server says of its health, asked under a name, once it has started."""
    asked = urllib.request.Request(f"http://127.0.0.1:{port}/healthz", headers={"Host": host})
    for _attempt in range(100):
        try:
            with urllib.request.urlopen(asked, timeout=10) as found:
                return found.status, found.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not start")


@ON_SQLITE
def test_a_passing_check_is_of_the_program_that_is_served(ready):
    """What the start demands is what the application is made of: its host, its cookies, its proxies."""
    environ = {**ready.casework.database.environment, **ready.surroundings}
    settings = Settings.read(None, {name: text for name, text in environ.items() if text})
    with ready.opened() as installation:
        app = create_app(settings, installation)
        assert app.config["TRUSTED_HOSTS"] == ["hallpunkt.example.se"] and not app.debug
        page = app.test_client().get("/logga-in", base_url="https://hallpunkt.example.se")
    assert page.headers["Set-Cookie"].startswith("__Host-session=") and "; Secure;" in page.headers["Set-Cookie"]

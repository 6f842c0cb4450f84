"""The two tools, in an environment of their own: nothing of the program depends on them."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.attack.gateway import PLANTED
from tests.attack.targets import Target

ROOT = Path(__file__).resolve().parent.parent.parent
LOCK = ROOT / "requirements" / "attack.txt"
CLOSED = "http://127.0.0.1:9"
"""Where whatever is not for this machine ends: nobody listens there."""
PROXIES = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), CLOSED)
SURROUNDINGS = PROXIES | dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost")
GRACE = 30
LEFT_OUT = {"nikto", "wapp", "cms", "network_device", "htp", "log4shell", "https_redirect", "ssl"}
"""Modules that need lists or listeners from the network, or look at TLS, which the demonstration does not speak."""
ABOUT_THE_SERVER = {
    "backup", "brute_login_form", "buster", "htaccess", "methods", "shellshock", "spring4shell", "takeover", "wp_enum"
}  # fmt: skip
"""Modules that ask what else lies on the server: the same for everybody, and asked as nobody."""

Place = tuple[Path, Path]
"""Where the tools are, and the folder for what they leave."""
Outcome = tuple[list[str], bool]
"""What was found, and whether the tool came to the end."""


def prepare(folder: Path) -> Path:
    """Make the environment of the tools and install them by their hashes, once; where its programs lie."""
    scripts = folder / "tools" / ("Scripts" if os.name == "nt" else "bin")
    stamp, wanted = folder / "tools" / "lock.sha256", hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        venv.create(folder / "tools", with_pip=True, clear=True)
        install = [str(scripts / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*install, "--require-hashes", "-r", str(LOCK)], check=True)
        stamp.write_text(wanted)
    return scripts


def sqlmap(at: Place, address: str, targets: Iterable[Target], seconds: float) -> Outcome:
    """Attack every marked value of every target."""
    scripts, folder = at
    divider = "=" * 54
    log = folder / "requests.txt"
    log.write_text("".join(f"{divider}\n{one.request(address)}\n{divider}\n" for one in targets), "utf-8")
    results = folder / "sqlmap.csv"
    results.unlink(missing_ok=True)
    options = ["--batch", "--flush-session", "--disable-coloring", "--dbms=sqlite", "--skip-waf", "--level=1"]
    options += ["--risk=1", "--timeout=30", "--retries=1", "--ignore-code=*", "--drop-set-cookie"]
    options += ["--technique=BE", "--ignore-redirects", "--answers=skip further=N,keep testing=Y,exploit=N"]
    options += [f"--output-dir={folder / 'sqlmap'}", f"--results-file={results}"]
    whole = within(seconds, [scripts / "sqlmap", "-l", log, *options], folder / "sqlmap.log")
    rows = list(csv.reader(results.open(encoding="utf-8")))[1:] if results.exists() else []
    return [f"sqlmap: {row[1]} {row[2]} ({row[3]}) {row[0]}" for row in rows if len(row) > 3 and row[2]], whole


def wapiti(at: Place, address: str, starts: Iterable[str], seconds: float, *, nobody: bool) -> Outcome:
    """Walk the pages and attack what lies there with every module, each for its part of the time."""
    scripts, folder = at
    report, log = folder / "wapiti.json", folder / "wapiti.log"
    report.unlink(missing_ok=True)
    chosen = [name for name in modules(scripts) if nobody or name not in ABOUT_THE_SERVER]
    options = ["-m", ",".join(chosen), "--scope", "folder", "--flush-session", "--no-bugreport", "--tasks", "4"]
    options += ["--endpoint", CLOSED, "--dns-endpoint", "127.0.0.1", "--max-links-per-page", "60", "-d", "2"]
    options += ["--max-scan-time", str(seconds / 4), "--max-attack-time", str(seconds * 0.75 / len(chosen))]
    options += ["--store-session", str(folder / "wapiti"), "-f", "json", "-o", str(report), "-v", "1"]
    for start in [PLANTED + "?sok=prov", *starts]:
        options += ["-s", address + start]
    whole = within(seconds * 1.5, [scripts / "wapiti", "-u", address + "/", *options], log)
    if not report.exists():
        return [], False
    whole = whole and "was reached" not in log.read_text("utf-8", "replace")
    found = json.loads(report.read_text("utf-8"))
    kinds = {**found["vulnerabilities"], **found["anomalies"]}
    lines = [
        f"wapiti: {kind}: {one['method']} {one['path']} {one['parameter'] or ''} {one['info']}"
        for kind, ones in kinds.items()
        for one in ones
    ]
    return lines, whole


def modules(scripts: Path) -> list[str]:
    """The modules that this wapiti has, but for those that say nothing here."""
    listed = subprocess.run([scripts / "wapiti", "--list-modules"], capture_output=True, text=True, check=True).stdout
    named = {line.split()[0] for line in listed.splitlines() if line.startswith("\t") and not line.startswith("\t\t")}
    return sorted(named - LEFT_OUT)


def within(seconds: float, command: Sequence[object], log: Path) -> bool:
    """Run a tool as the least urgent work of the machine; False when it had to be stopped."""
    words = [*(["nice", "-n", "10"] if os.name != "nt" else []), *map(str, command)]
    with (
        log.open("wb") as out,
        subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env={**os.environ, **SURROUNDINGS}
        ) as process,
    ):
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.terminate()
            try:
                process.wait(GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
            return False
    return True

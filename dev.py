#!/usr/bin/env python3
"""Everything there is to set up and run: 'python3 dev.py demo' serves an example, 'python3 dev.py test' runs all tests.

Standard library only, because it makes the environment that everything else lives in.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

USAGE = """Usage: python3 dev.py COMMAND

  demo [--port N] [--data DIR]  serve the example of the agreement on 127.0.0.1 (port 8000, data in .casework/demo)
  test [PYTEST ARGUMENTS]       everything CI runs; with arguments, only pytest with these
  prove [NAMES]                 the long proofs, whole; may be broken off and taken up again
  attack [WHO] [--minutes N]    wapiti and sqlmap against the example, on this machine, as everybody in turn
  docs                          write the generated pages of docs/ anew
  lock                          write requirements/*.txt anew from pyproject.toml
"""

ROOT = Path(__file__).resolve().parent
ENV = ROOT / ".venv"
SCRIPTS = ENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
OURS = [ROOT, *sorted(file.parent for file in ROOT.glob("plugins/*/pyproject.toml"))]
LOCKS = ["run", "test", "lint"]  # each holds what the one before it holds, in the same versions
CI = os.environ.get("CI", "").lower() in {"1", "true"}

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
TEMPLATES = ["casework", "plugins"]
CHECKS = [
    ["ruff", "check"],
    ["ruff", "format", "--check"],
    ["mypy"],
    ["lint-imports", "--no-logo"],
    ["djlint", *TEMPLATES, "--quiet", "--check"],
    ["djlint", *TEMPLATES, "--quiet", "--lint"],
]

OPENID = ROOT / "tests" / "openid"


def prepare(lock: str) -> None:
    """Make the environment and install a lock by its hashes, unless that was done for these very files."""
    stamps = {name: ENV / f"{name}.sha256" for name in LOCKS}
    for name in LOCKS[LOCKS.index(lock) :]:
        if PYTHON.exists() and stamps[name].exists() and stamps[name].read_text() == digest(name):
            return
    if not PYTHON.exists():
        say(f"Making the environment in {ENV.name}; this is done once …")
        venv.create(ENV, with_pip=importlib.util.find_spec("ensurepip") is not None)  # Debian ships it apart
    for stamp in stamps.values():
        stamp.unlink(missing_ok=True)  # what is broken off half-way is begun again
    say(f"Installing requirements/{lock}.txt …")
    install = [*pip(), "install", "--quiet", "--disable-pip-version-check"]
    # A lock is whole: pip asks for nothing besides, also not for what pyproject.toml leaves out of it.
    run([*install, "--no-deps", "--require-hashes", "-r", f"requirements/{lock}.txt"])
    ours = [part for path in OURS for part in ("-e", str(path))]
    run([*install, "--no-deps", "--no-build-isolation", *ours])
    stamps[lock].write_text(digest(lock))


def digest(lock: str) -> str:
    """What an installed lock depends on: the lock itself and the metadata of our own distributions."""
    files = [ROOT / "requirements" / f"{lock}.txt", *(path / "pyproject.toml" for path in OURS)]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def pip() -> list[str]:
    """The environment's own pip or, where Debian gave it none, ours acting upon it (pip 22.3 and newer)."""
    for command in ([str(PYTHON), "-m", "pip"], [sys.executable, "-m", "pip", "--python", str(PYTHON)]):
        if subprocess.run([*command, "--version"], capture_output=True, check=False).returncode == 0:
            return command
    sys.exit("This Python has no pip. On Debian and Ubuntu: apt-get install python3-venv")


def demo(arguments: list[str]) -> int:
    """Serve the example."""
    prepare("run")
    defaults = {"--port": "8000", "--data": str(ROOT / ".casework" / "demo")}
    given = {argument.partition("=")[0] for argument in arguments}
    missing = [part for option, value in defaults.items() if option not in given for part in (option, value)]
    command = [str(PYTHON), "-m", "casework.demo", *missing, *arguments]
    if os.name != "nt":
        os.execv(PYTHON, command)  # noqa: S606  (we become the server, so that whoever stops us stops it)
    return subprocess.call(command)


def test(arguments: list[str]) -> int:
    """Run every check and then the tests, or only the tests asked for."""
    prepare("lint")
    pytest = [str(PYTHON), "-m", "pytest"]
    identity_provider()
    if arguments:
        return call([*pytest, *arguments])
    failed = [" ".join(check) for check in CHECKS if call([str(SCRIPTS / check[0]), *check[1:]])]
    unmarked, advice = left_out()
    # Each worker keeps to neighbours, which share what was made for a file, and takes from another when it is done.
    workers = ["-n", str(min(os.cpu_count() or 1, 4)), "--dist", "worksteal"]
    if call([*pytest, *workers, *(["-m", unmarked] if unmarked else [])]):
        failed.append("pytest")
    if CI and advice:
        failed.append("CI=true, and something had to be left out")
    for line in (*advice, *(f"FAILED: {name}" for name in failed)):
        say(line)
    if not failed:
        say("Everything passed." if not advice else "Everything that could run passed.")
    return 1 if failed else 0


def left_out() -> tuple[str, list[str]]:
    """What this machine cannot run, as a pytest expression, and what its owner is to be told."""
    marks, advice = [], []
    if not browser():
        marks.append("not browser")
        advice.append("LEFT OUT: the browser tests: no Chromium (Debian: apt-get install chromium, or set CHROMIUM).")
    if not identity_provider():
        advice.append("LEFT OUT: the tests of single sign-on: no Node (Debian: apt-get install nodejs npm).")
    if not (shutil.which("qpdf") and shutil.which("pdftotext")):
        advice.append("LEFT OUT: the tests of PDFs: no qpdf or poppler (Debian: apt-get install qpdf poppler-utils).")
    if os.name == "nt":
        marks.append("not postgres")
        advice.append("LEFT OUT: the tests on PostgreSQL, which need a Unix socket. Run this on Linux or macOS too.")
    return " and ".join(marks), advice


def browser() -> bool:
    """Find a Chromium, or fetch Debian's when we may."""
    if os.environ.get("CHROMIUM") or any(map(shutil.which, CHROMIUMS)):
        return True
    if shutil.which("apt-get") and os.name != "nt" and os.geteuid() == 0:
        say("Installing Chromium for the browser tests …")
        apt = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for step in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *step], env=apt, stdin=subprocess.DEVNULL, check=False)
    return any(map(shutil.which, CHROMIUMS))


def identity_provider() -> bool:
    """Find the OpenID provider of the tests, or install it by its lock where there is npm."""
    npm, stamp, locked = shutil.which("npm"), OPENID / "node_modules" / ".locked", OPENID / "package-lock.json"
    fresh = stamp.exists() and stamp.read_bytes() == locked.read_bytes()
    if npm and not fresh and subprocess.call([npm, "ci", "--silent"], cwd=OPENID) == 0:
        shutil.copyfile(locked, stamp)
    return bool(shutil.which("node")) and stamp.exists()


def module(name: str) -> Callable[[list[str]], int]:
    """The command that runs a module of the tests in their environment."""

    def start(arguments: list[str]) -> int:
        prepare("lint")
        return call([str(PYTHON), "-m", name, *arguments])

    return start


def lock(_: list[str]) -> int:
    """Write the locks anew: by hash, for every platform, and without the address they came from."""
    prepare("lint")
    uv = [str(SCRIPTS / "uv"), "pip", "compile", "--universal", "--python-version", "3.11", "--generate-hashes"]
    uv += ["--quiet", "--upgrade", "--no-emit-index-url", "--no-header", "--no-annotate"]
    ours = ["pyproject.toml", "requirements/build.in"]
    test_too = ["--all-extras", "--group", "test"]
    more = {"run": [], "test": test_too, "lint": [*test_too, "--group", "lint"]}
    for before, name in zip([None, *LOCKS], LOCKS, strict=False):
        constraint = ["-c", f"requirements/{before}.txt"] if before else []
        run([*uv, *ours, *more[name], *constraint, "-o", f"requirements/{name}.txt"])
    run([*uv, "requirements/attack.in", "-o", "requirements/attack.txt"])
    return 0


def say(line: str) -> None:
    """Print at once, so that our lines and those of the tools keep their order."""
    print(line, flush=True)


def run(command: list[str]) -> None:
    """Run a tool that must succeed."""
    subprocess.run(command, cwd=ROOT, check=True)


def call(command: list[str]) -> int:
    """Run a tool, saying which, and hand back how it ended."""
    say(f"\n> {Path(command[0]).stem} {' '.join(command[1:])}")
    return subprocess.run(command, cwd=ROOT, check=False).returncode


COMMANDS = {
    "demo": demo,
    "test": test,
    "prove": module("tests.prove"),
    "attack": module("tests.attack"),
    "docs": module("tests.house.generated"),
    "lock": lock,
}


def main() -> int:
    """Run the command that was named."""
    if sys.version_info < (3, 11):
        sys.exit("Python 3.11 or newer is needed; this is " + platform.python_version())
    command, *rest = sys.argv[1:] or ["help"]
    if command not in COMMANDS:
        sys.stdout.write(USAGE)
        return 0 if command in {"help", "-h", "--help"} else 2
    return COMMANDS[command](rest)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)

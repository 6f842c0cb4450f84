"""A clean environment: what requirements/run.txt locks, casework as a wheel, a stranger's plugin as a wheel."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from tests.house.files import ROOT

HERE = Path(__file__).resolve().parent
PLUGIN = HERE / "plugin"


@dataclass(frozen=True)
class Environment:
    """A virtual environment, and the folder of the installation that is served from it."""

    folder: Path
    data: Path

    @property
    def scripts(self) -> Path:
        """Where its programs lie."""
        return self.folder / ("Scripts" if os.name == "nt" else "bin")

    def casework(self, *arguments: str | Path, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run the command line as whoever installed it does."""
        return self._run([self.scripts / "casework", *arguments, "--data", self.data], environ)

    def python(self, script: Path, *arguments: str) -> Any:
        """Run a script that knows only this environment; what it answers in JSON."""
        done = self._run([self.scripts / "python", "-I", script, self.data, *arguments], {})
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def _run(self, command: list[str | Path], environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
        kept = {name: text for name, text in os.environ.items() if not name.startswith(("CASEWORK_", "PYTHON"))}
        utf8 = {"PYTHONUTF8": "1"}
        options: dict[str, Any] = {"cwd": self.folder, "env": kept | utf8 | environ, "encoding": "utf-8"}
        return subprocess.run(command, capture_output=True, check=False, **options)


def make(folder: Path) -> Environment:
    """Build both wheels and install the plugin's into a new environment; that brings in casework's.

    The dependencies are not fetched again: they are linked, one by one as the lock names them, from the environment
    of these tests, which was installed from the same lock by its hashes. None of our own distributions is there.
    """
    wheels, place = folder / "wheels", folder / "environment"
    for source in (ROOT, PLUGIN):
        build: list[str | Path] = [
            sys.executable,
            "-m",
            "hatchling",
            "build",
            "--target",
            "wheel",
            "--directory",
            wheels,
        ]
        subprocess.run(build, cwd=source, check=True, capture_output=True)
    venv.create(place, with_pip=False, symlinks=os.name != "nt")
    site = Path(sysconfig.get_path("purelib", "venv", {"base": str(place), "platbase": str(place)}))
    for name in locked():
        link(name, site)
    uv = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    python = place / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    offline: list[str | Path] = ["--offline", "--no-cache", "--no-config", "--no-index", "--find-links", wheels]
    install: list[str | Path] = [uv, "pip", "install", "--python", python, *offline, "casework-faltarbete"]
    done = subprocess.run(install, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return Environment(place, folder / "data")


def locked() -> list[str]:
    """The distributions that requirements/run.txt names for this machine."""
    lines = (ROOT / "requirements" / "run.txt").read_text("utf-8").splitlines()
    asked = [Requirement(line.rstrip("\\ ")) for line in lines if "==" in line and not line.startswith((" ", "#"))]
    return [one.name for one in asked if one.marker is None or one.marker.evaluate()]


def link(name: str, site: Path) -> None:
    """Put an installed distribution into another environment, where the machine allows it without copying."""
    found = importlib.metadata.distribution(name)
    tops = {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}
    for top in tops:
        source, target = Path(str(found.locate_file(top))), site / top
        if target.exists():
            continue  # a folder that two distributions share
        if os.name != "nt" and source.suffix != ".dist-info":  # an installer takes no link for a distribution
            target.symlink_to(source)
        elif source.is_dir():
            shutil.copytree(source, target)
        else:
            shutil.copy2(source, target)

"""``python3 dev.py prove``: run the long proofs whole, part by part, and write what came out into docs/proofs.md."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import platform
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROOFS = ROOT / "docs" / "proofs.md"
STATE = ROOT / ".prove" / "state.json"
LONGEST = 600
"""Seconds for one part of a proof."""
HEAD = ["| part | result | seconds | figures | commit | date | machine |", "|---|---|---|---|---|---|---|"]


def prove(names: list[str]) -> int:
    """Run every part of the proofs that has not passed with these very files, and write what came out."""
    collect = [sys.executable, "-m", "pytest", "-m", "prove", "--collect-only", "-q", "--no-header"]
    whole = {**os.environ, "CASEWORK_PROVE": "1"}  # a proof may be dealt out into more parts when it is run whole
    collected = subprocess.run(collect, cwd=ROOT, env=whole, text=True, capture_output=True, check=False)
    parts = [line for line in collected.stdout.splitlines() if "::" in line]
    wanted = [part for part in parts if not names or any(name in part for name in names)]
    if not wanted:
        say(collected.stdout + collected.stderr + "No proof has such a name; they are listed in docs/proofs.md.")
        return 1
    source = fingerprint()
    state = json.loads(STATE.read_text("utf-8")) if STATE.exists() else {}
    for number, part in enumerate(wanted, 1):
        if state.get(part, {}).get("source") == source and state[part]["passed"]:
            say(f"[{number}/{len(wanted)}] {part}: passed before, with the same files")
            continue
        say(f"[{number}/{len(wanted)}] {part}")
        state[part] = {"source": source, **prove_part(part)}
        write(STATE, json.dumps(state, indent=1, ensure_ascii=False))
        write_results(parts, {name: state[name] for name in parts if name in state})
    failed = [part for part in wanted if not state[part]["passed"]]
    for part in failed:
        say(f"FAILED: {part}")
    return 1 if failed else 0


def prove_part(part: str) -> dict[str, object]:
    """Run one part whole and say how it went, and where."""
    changed = git("status", "--porcelain", "--", ".", ":!docs/proofs.md")
    figures = STATE.with_name("figures.json")
    write(figures, "{}")
    env = {**os.environ, "CASEWORK_PROVE": "1", "CASEWORK_PROVE_FIGURES": str(figures)}
    begun = time.monotonic()
    process = subprocess.Popen([sys.executable, "-m", "pytest", "-q", part], cwd=ROOT, env=env)
    try:
        passed = process.wait(LONGEST) == 0
    except subprocess.TimeoutExpired:
        say(f"Broken off after {LONGEST} seconds: divide this proof into more parts.")
        process.terminate() if os.name == "nt" else process.send_signal(signal.SIGINT)  # lets pytest clean up
        passed = process.wait() == 0
    return {
        "passed": passed,
        "seconds": round(time.monotonic() - begun, 1),
        "figures": json.loads(figures.read_text("utf-8")),
        "commit": git("rev-parse", "--short", "HEAD") + ("+" if changed else ""),
        "machine": f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores",
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d"),
    }


def fingerprint() -> str:
    """Tell one state of the source from another, but for the page of results, which proving itself changes."""
    listed = git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    files = [ROOT / name for name in sorted(listed) if ROOT / name != PROOFS]
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files if file.is_file())).hexdigest()


def write_results(parts: list[str], results: dict[str, dict[str, object]]) -> None:
    """Replace the table of last results in docs/proofs.md; what another machine ran keeps its row."""
    page = PROOFS.read_text("utf-8")
    rows = {row.split("`")[1]: row for row in page.splitlines() if row.startswith("| `tests/")}
    rows = {part: row for part, row in rows.items() if part in parts}
    for part, result in results.items():
        figures = result["figures"] if isinstance(result["figures"], dict) else {}
        shown = "; ".join(f"{name} {value}" for name, value in figures.items())
        cells = [f"`{part}`", "passed" if result["passed"] else "**failed**", result["seconds"], shown]
        rows[part] = "| " + " | ".join(map(str, [*cells, result["commit"], result["date"], result["machine"]])) + " |"
    table = "\n".join(["<!-- results -->", *HEAD, *(row for _part, row in sorted(rows.items())), "<!-- end -->"])
    # A function, because a replacement string would read backslashes as its own.
    write(PROOFS, re.sub("<!-- results -->.*<!-- end -->", lambda _: table, page, flags=re.DOTALL))


def git(*arguments: str) -> str:
    """Ask git, also about a folder that belongs to another account."""
    command = ["git", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=ROOT, text=True, capture_output=True, check=False).stdout.strip()


def write(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def say(line: str) -> None:
    """Print at once, so that our lines and those of the tests keep their order."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(prove(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

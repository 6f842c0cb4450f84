#!/usr/bin/env python3
"""Verify an exported record of Hållpunkt without Hållpunkt: its rows, its chains and, if given, its signed checkpoints.

    python3 verify_audit.py record.jsonl
    python3 verify_audit.py record.jsonl --checkpoints checkpoints.jsonl --key PUBLIC_KEY_IN_HEX

Written from docs/auditor/README.md alone; it shares no line with the program. The standard library is enough for the
record; the signatures need the package "cryptography". The exit code is 0 when all is well, 1 for a fault (the first of
each lane is named), 2 when a file cannot be read. Needs Python 3.10 or newer.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

FIELDS = ["actor_id", "actor_role", "action", "outcome", "object_kind", "object_id", "case_id", "detail"]
START = b"\0" * 32


def encode(values: list) -> bytes:
    """Each value with a byte that says whether there is one, four bytes of its length, and itself."""
    out = []
    for value in values:
        raw = value if isinstance(value, bytes) else b"" if value is None else str(value).encode("utf-8")
        out += [b"\0" if value is None else b"\1", len(raw).to_bytes(4, "big"), raw]
    return b"".join(out)


def sha(*parts: bytes) -> bytes:
    """SHA-256 over the parts, one after another."""
    return hashlib.sha256(b"".join(parts)).digest()


def raw(text: str | None) -> bytes | None:
    """Bytes from their hexadecimal form."""
    return None if text is None else bytes.fromhex(text)


def list_digest(values: list) -> bytes | None:
    """The digest of a list that hangs on a row, or None for an empty one."""
    return sha(encode(values)) if values else None


def row_digest(row: dict) -> bytes:
    """The digest of a row's own columns."""
    place = [row["municipality"], row["lane"], row["seq"], row["at"]]
    body = encode([*place, *(row[name] for name in FIELDS), raw(row["content"]), raw(row["cases"])])
    if row["changes"] is None:
        return sha(b"\0audit/v1", body)
    return sha(b"\0audit/v2", encode([raw(row["changes"])]), body)


class Lane:
    """One lane of a chain, read row by row; ``fault`` is the first thing wrong with it."""

    def __init__(self, end: dict | None) -> None:
        self.end, self.seq, self.hash, self.fault = end, 0, START, None

    def read(self, row: dict) -> bytes | None:
        """Take the next row, unless something was wrong already; the hash it really has, None for one that is wrong."""
        if self.fault is not None:
            return None
        self.seq += 1
        if self.end is None:
            self.fault = (1, "end_missing")
        elif row["seq"] != self.seq:
            self.fault = (self.seq, "row_missing")
        elif self.seq > self.end["seq"]:
            self.fault = (self.seq, "row_inserted")
        elif raw(row["previous"]) != self.hash:
            self.fault = (self.seq, "row_out_of_order")
        else:
            self.hash = sha(b"\1", self.hash, row_digest(row))
            changed = sorted(row["changed"], key=lambda one: one[:2])
            parts = [part for table, key, was, now in changed for part in (table, key, raw(was), raw(now))]
            if self.hash != raw(row["hash"]):
                self.fault = (self.seq, "row_altered")
            elif list_digest(sorted(row["listed"])) != raw(row["cases"]):
                self.fault = (self.seq, "listed_cases_altered")
            elif list_digest(parts) != raw(row["changes"]):
                self.fault = (self.seq, "changes_altered")
        return self.hash if self.fault is None else None

    def close(self) -> None:
        """See whether the lane reaches its end."""
        whole = self.end is None or (self.seq, self.hash) == (self.end["seq"], raw(self.end["hash"]))
        if self.fault is None and not whole:
            self.fault = (self.seq + 1, "cut_off")


def read_points(path: str, key: str) -> tuple[list[str], dict]:
    """Check a file of checkpoints; what is wrong with its lines, and the hash each place in a chain must have."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 needed for signatures only
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415

    public, faults, wanted = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)), [], {}
    origin = sha(bytes.fromhex(key)).hex()[:32]
    for number, text in enumerate(Path(path).read_text("utf-8").splitlines(), 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            signature = bytes.fromhex(line.pop("signature"))
            public.verify(signature, json.dumps(line, sort_keys=True, separators=(",", ":")).encode())
            if (line["v"], line["origin"]) != (1, origin):
                faults.append(f"checkpoint line {number}: line_of_another")
                continue
            for end in line["lanes"]:
                place = (line["municipality"], end["lane"], end["seq"])
                wanted.setdefault(place, []).append((number, bytes.fromhex(end["hash"])))
        except InvalidSignature:
            faults.append(f"checkpoint line {number}: signature_wrong")
        except (KeyError, TypeError, ValueError, AttributeError):
            faults.append(f"checkpoint line {number}: line_unreadable")
    return faults, wanted


def verify(record: str, wanted: dict) -> tuple[list[str], int]:
    """Read an exported record through; what is wrong with it, and how many rows it has."""
    lanes, rows, chains, twice = {}, 0, set(), []
    with Path(record).open(encoding="utf-8") as file:
        head = json.loads(next(file))  # it says whose record it is; the key to trust comes from elsewhere
        if "seq" in head or "lanes" in head:
            raise ValueError("no head")
        for text in file:
            row = json.loads(text)
            if "seq" not in row:
                if row["municipality"] in chains:  # it would take the place of ends that rows were read against
                    twice.append(f"{name(row['municipality'])}: chain_twice")
                    continue
                chains.add(row["municipality"])
                for end in row["lanes"]:
                    lanes.setdefault((row["municipality"], end["lane"]), Lane(end))
                continue
            rows += 1
            found = lanes.setdefault((row["municipality"], row["lane"]), Lane(None)).read(row)
            expected = wanted.pop((row["municipality"], row["lane"], row["seq"]), [])
            wanted.update({("wrong", number): row for number, hash_ in expected if found not in (None, hash_)})
    for lane in lanes.values():
        lane.close()
    broken = [(name(code), lane, one.fault) for (code, lane), one in lanes.items() if one.fault]
    faults = twice + [f"{code}: lane {lane}, row {seq}: {what}" for code, lane, (seq, what) in broken]
    for place, value in wanted.items():
        if place[0] == "wrong":
            where = f"{name(value['municipality'])}: lane {value['lane']}, row {value['seq']}"
            faults.append(f"checkpoint line {place[1]}: {where}: written_anew")
            continue
        code, lane, seq = place
        for number, hash_ in value:
            if code not in chains:
                faults.append(f"checkpoint line {number}: {name(code)}: municipality_missing")
            elif seq or hash_ != START:
                faults.append(f"checkpoint line {number}: {name(code)}: lane {lane}, row {seq}: turned_back")
    return faults, rows


def name(code: str | None) -> str:
    """A chain's name."""
    return "installation" if code is None else code


def main() -> int:
    """Verify what the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("record", help="what 'casework audit export' wrote")
    parser.add_argument("--checkpoints", help="what 'casework audit checkpoint' wrote")
    parser.add_argument("--key", help="what 'casework audit key' showed, had on another way than the files")
    given = parser.parse_args()
    if given.checkpoints and not given.key:
        parser.error("--checkpoints needs --key")
    try:
        faults, wanted = read_points(given.checkpoints, given.key) if given.checkpoints else ([], {})
        more, rows = verify(given.record, wanted)
    except (OSError, StopIteration, ValueError, KeyError, TypeError) as error:
        sys.stderr.write(f"cannot be read: {type(error).__name__}\n")
        return 2
    for fault in [*faults, *more]:
        sys.stderr.write(fault + "\n")
    if not faults and not more:
        sys.stdout.write(f"OK: {rows} rows" + (", and every checkpoint\n" if given.checkpoints else "\n"))
    return 1 if faults or more else 0


if __name__ == "__main__":
    sys.exit(main())

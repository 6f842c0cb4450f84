"""Looks for what must not be anywhere: each text in every way it could lie in a file."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")
SHORTEST = 6
"""Bytes that random ciphertext hardly ever holds by chance."""


def secrets_of(expected: dict[str, list[dict[str, str]]]) -> set[str]:
    """Markers, numbers in every written form and full names in either order of a register's people."""
    found = set()
    for person in expected["people"]:
        digits = person["number"]
        for whole in (digits, digits[2:]):
            head, tail = whole[:-4], whole[-4:]
            found |= {whole, f"{head}-{tail}", f"{head}+{tail}", f"{head} {tail}"}
        found.add(f"{digits[:4]} {digits[4:8]} {digits[8:]}")
        first, last = names(person["name"])
        found |= {f"{first} {last}", f"{last} {first}", f"{last}, {first}", person["canary"]}
    return found


def names(written: str) -> tuple[str, str]:
    """First name and surname."""
    if ", " in written:
        last, first = written.split(", ")
    else:
        first, last = written.split(" ", 1)
    return first, last


def forms(text: str) -> Iterator[bytes]:
    """A text in each way of ``encodings``."""
    for _name, form in encodings(text):
        yield form


def encodings(text: str) -> Iterator[tuple[str, bytes]]:
    """A text in each encoding, with its name: as it is, in small letters and reversed."""
    for how, turned in (("", text), ("lower-cased ", text.lower()), ("reversed ", text[::-1])):
        for name, form in _encoded(turned):
            yield how + name, form


def _encoded(text: str) -> Iterator[tuple[str, bytes]]:
    """Plain, as hex digits, per cent, and as base64 wherever it may begin in a block of three."""
    for encoding in ENCODINGS:
        try:
            raw = text.encode(encoding)
        except UnicodeEncodeError:
            continue
        yield encoding, raw
        yield f"{encoding} in hex", raw.hex().encode()
        yield f"{encoding} in HEX", raw.hex().upper().encode()
        for before in range(3):
            whole = base64.b64encode(bytes(before) + raw)
            # Only digits that depend on nothing beside the text.
            first, last = -(-before * 8 // 6), (before + len(raw)) * 8 // 6
            yield f"{encoding} in base64 at {before}", whole[first:last]
            yield f"{encoding} in base64url at {before}", whole[first:last].replace(b"+", b"-").replace(b"/", b"_")
    yield "JSON", json.dumps(text)[1:-1].encode()
    for name, quoted in (("per cent", quote(text, safe="")), ("every sign per cent", _quoted(text))):
        yield name, quoted.encode()
        yield f"{name} in small letters", re.sub("%[0-9A-F]{2}", lambda sign: sign[0].lower(), quoted).encode()


def _quoted(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


def found_in(files: Iterable[Path], texts: Iterable[str]) -> dict[str, list[str]]:
    """Which files hold which texts in any form; their names count as well."""
    beginning: dict[bytes, list[tuple[bytes, str]]] = {}
    for text in texts:
        for form in set(forms(text)):
            if len(form) >= SHORTEST:
                beginning.setdefault(form[:SHORTEST], []).append((form, text))
    found = {}
    for file in files:
        content = file.name.encode() + b"\0" + file.read_bytes()
        hits = {
            text
            for place in range(len(content) - SHORTEST + 1)
            if (start := content[place : place + SHORTEST]) in beginning
            for form, text in beginning[start]
            if content.startswith(form, place)
        }
        if hits:
            found[file.name] = sorted(hits)
    return found

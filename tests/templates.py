"""Compiled templates, kept for all programs of a test process as a program keeps them that serves for weeks."""

from __future__ import annotations

from types import CodeType

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.datastructures import ImmutableDict


class Kept(BytecodeCache):
    """What each template was compiled to, as long as its source is the same one."""

    def __init__(self) -> None:
        self.codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.codes[bucket.key, bucket.checksum] = bucket.code


def keep() -> None:
    """Let every program of this process compile into one place; each would begin with none."""
    Flask.jinja_options = ImmutableDict(bytecode_cache=Kept())

"""How the commands are written, shown at the end of each one's help."""

from __future__ import annotations


def example(*lines: str) -> str:
    """The end of a command's help: what to type, each example on a line of its own."""
    return "\b\nExempel:\n" + "\n".join(f"  {line}" for line in lines)

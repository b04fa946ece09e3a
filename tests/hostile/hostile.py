"""What a hostile file is: a name, bytes, and how its conversion may end."""

from __future__ import annotations

from dataclasses import dataclass

# Words for `allowed`: a status, a code, or the beginning of codes that ends in a dot.
REFUSED = frozenset({"input.unreadable", "input.limit", "input.unsupported"})
NOTHING = frozenset(
    {"structure.", "reading.", "input.unreadable", "input.limit"}
)  # read, and no report in it
DOUBTED = frozenset({"review"})
SLOW = frozenset({"limit.time", "limit.memory"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Hostile:
    """A file to be converted under `name`, and the ends that are right for it.

    An archive's members have records of their own, or the archive has one; `allowed` holds for each of them.
    """

    name: str
    data: bytes
    allowed: frozenset[str]

    def allows(self, word: str) -> bool:
        """Return whether a status or a code is among the allowed ends."""
        return allows(self.allowed, word)


def allows(allowed: frozenset[str], word: str) -> bool:
    """Return whether a status or a code is among the allowed ends, or begins with one that ends in a dot."""
    return any(word == one or (one.endswith(".") and word.startswith(one)) for one in allowed)

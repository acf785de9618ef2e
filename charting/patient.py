"""Who is the same patient: one answer for all that looks back at earlier sessions."""

from __future__ import annotations


def who(name: str, identifier: str) -> tuple[str, str]:
    """A key, equal for the same name and the same second identifier in any case of letters and any spacing."""
    return " ".join(name.casefold().split()), " ".join(identifier.casefold().split())

"""One policy for text from people and devices: it is data. Never markup, never a control, never endless."""

from __future__ import annotations

import unicodedata

LONGEST = 120
# Cc controls (C0, C1, DEL), Cf formats (bidi overrides, zero width), Cs surrogates, Co private use, Cn unassigned
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean(text: str, longest: int = LONGEST) -> str:
    """``text`` in NFC on one line without control, bidi, zero-width or private characters, at most ``longest`` long.

    Line breaks and tabs become one space; nothing else is replaced, so ``[/]`` and ``<b>`` stay as typed.
    """
    if text.isascii() and text.isprintable():  # nearly all of it, and far cheaper
        return " ".join(text[: longest * 8].split())[:longest].strip()
    folded = unicodedata.normalize("NFC", text[: longest * 8])
    kept = "".join(
        " " if c in "\t\n\r\v\f" else c for c in folded if c in "\t\n\r\v\f" or unicodedata.category(c) not in _DROPPED
    )
    return " ".join(kept.split())[:longest].strip()

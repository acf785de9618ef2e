"""What every message and act is made of."""

from __future__ import annotations

import msgspec


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Fields by name, never changed after they are made."""


class Doubtable(Frozen, frozen=True, kw_only=True):
    """An act that the recorder may ask about. ``confirmed``: id of a doubt to the reason typed, "" where none is asked
    for; a question nobody answered comes back as ``Refused`` with ``confirm``.
    """

    confirmed: dict[str, str] = {}

"""What every act is made of."""

from __future__ import annotations

import msgspec

WHATEVER = "*"  # in place of a sentence: whatever is asked is confirmed; of a script, never of a person


class Frozen(msgspec.Struct, frozen=True, kw_only=True):
    """Fields by name, never changed after they are made."""


class Second(Frozen, frozen=True, kw_only=True):
    """Somebody else who answers for an act too. ``who``: a token of ``Vouch``, at a station without staff initials,
    with the ``role`` they state where one is asked for.
    """

    who: str
    role: str = ""


class Doubtable(Frozen, frozen=True, kw_only=True):
    """An act that the recorder may ask about. ``confirmed``: the very sentence that was asked to the reason typed, ""
    where none is asked for; ``vouched``: the same sentence to whoever else answered it, where one person is not enough.
    A question nobody answered comes back as ``Refused`` with ``confirm``.
    """

    confirmed: dict[str, str] = {}
    vouched: dict[str, Second] = {}

"""Acts about who acts: signing in with a PIN, emergency access, vouching as the second person; who is on a session.

A PIN is on the wire once, over a socket that only this user can open, and comes back as a token; the tokens live in the
recorder's memory and die with it.
"""

from __future__ import annotations

from station.wire.frozen import Frozen

PIN = "pin"  # the field of a refusal about who is signed in


class SignIn(Frozen, frozen=True, kw_only=True, tag="sign_in"):
    """Who charts at this screen from now on. The answer is ``SignedIn``."""

    initials: str
    pin: str


class Vouch(Frozen, frozen=True, kw_only=True, tag="vouch"):
    """Somebody else than who is signed in proves to be here: the token of the answer is the ``second`` of the next act
    that takes one. Nobody is signed in or out by it.
    """

    initials: str
    pin: str


class EmergencyAccess(Frozen, frozen=True, kw_only=True, tag="emergency_access"):
    """Act without a PIN from now on; every entry says so until it ends. The answer is ``SignedIn``."""

    initials: str


class SignOut(Frozen, frozen=True, kw_only=True, tag="sign_out"):
    """The token of this command is void: signed out, or ``locked`` because no key was pressed for so long."""

    locked: bool = False


class SignOn(Frozen, frozen=True, kw_only=True, tag="sign_on"):
    """Whoever acts is on the session of this chair from now on, beside those who are."""


class SignOff(Frozen, frozen=True, kw_only=True, tag="sign_off"):
    """Whoever acts is no longer on the session of this chair."""


class DrawCard(Frozen, frozen=True, kw_only=True, tag="draw_card"):
    """Ask for the hand-over card of this chair; nothing is charted. The answer is ``CardDrawn``."""


class HandOver(Frozen, frozen=True, kw_only=True, tag="hand_over"):
    """The session goes from whoever acts to ``second``, who read the ``card`` (its digest): a token of ``Vouch``, at a
    station without staff initials. The token is that person's sign-in at this screen from then on.
    """

    card: str
    second: str


class CardDrawn(Frozen, frozen=True, kw_only=True, tag="card_drawn"):
    """The hand-over card at ``at_ms``: a heading and its lines, four times. ``digest`` names it."""

    id: int
    digest: str
    at_ms: int
    parts: tuple[tuple[str, tuple[str, ...]], ...]


class SignedIn(Frozen, frozen=True, kw_only=True, tag="signed_in"):
    """The PIN was right, or emergency access is on (``role`` is then ""): ``token`` goes with all commands after it."""

    id: int
    token: str
    initials: str
    name: str = ""
    role: str = ""


SIGNING = (SignIn, Vouch, EmergencyAccess, SignOut)

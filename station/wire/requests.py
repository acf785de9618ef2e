"""What a viewer sends to the recorder."""

from __future__ import annotations

from station.wire.acts import Act
from station.wire.frozen import Frozen
from station.wire.patient_messages import PollPatient


class Hello(Frozen, frozen=True, kw_only=True, tag="hello"):
    """First message of a client. ``role``: ``viewer`` watches a chair, ``script`` is neither counted nor echoed."""

    version: int
    role: str


class Poll(Frozen, frozen=True, kw_only=True, tag="poll"):
    """Ask for one ``Snapshot``."""


class PollTrend(Frozen, frozen=True, kw_only=True, tag="poll_trend"):
    """Ask for one ``TrendView``."""

    chair: str


class Echo(Frozen, frozen=True, kw_only=True, tag="echo"):
    """The viewer has rendered since heartbeat ``beat``."""

    beat: int


class Command(Frozen, frozen=True, kw_only=True, tag="command"):
    """An act at a chair. ``id`` comes back in ``Saved`` or ``Refused``; it happened ``ago_s`` seconds ago. ``token`` is
    that of ``SignedIn``, "" where nobody is signed in at this screen.

    With ``session`` it is about that session: refused where the chair has another one by now, or none.
    """

    id: int
    chair: str
    by: str
    act: Act
    ago_s: float = 0.0
    session: str | None = None
    token: str = ""


ClientMessage = Hello | Poll | PollTrend | PollPatient | Echo | Command

"""Who is signed in at this screen: forms for it, and the time without a key after which the screen forgets.

The token itself is the follower's; the recorder alone knows what it is worth.
"""

from __future__ import annotations

from station.clock import NS
from station.tui.acts import INITIALS, Field, Form, Step
from station.tui.connection import Follower
from station.wire.messages import PIN, Act, Refused, SignedIn, Snapshot
from station.wire.people_acts import SIGNING, EmergencyAccess, SignIn, Vouch

NO_PIN = " NO PIN"  # stands behind the initials while emergency access is on
SIGN_IN = Form(
    "Sign in: who charts at this screen?",
    (INITIALS, Field(PIN, "PIN", secret=True)),
    (Step(("by", PIN), lambda t: SignIn(initials=t["by"], pin=t[PIN])),),
    now=True,
)
WITHOUT_PIN = Form(
    "EMERGENCY ACCESS: act without a PIN; every entry says so, until F8 again",
    (INITIALS,),
    (Step(("by",), lambda t: EmergencyAccess(initials=t["by"])),),
    now=True,
)
FORMS = (SIGN_IN, WITHOUT_PIN)


def seconded(form: Form, needed: bool) -> Form:
    """``form`` with a PIN behind its field ``second`` where staff have them; that person then proves it first."""
    if not needed:
        return form
    fields: list[Field] = []
    for field in form.fields:
        fields += [field, Field(PIN, "Their PIN", secret=True)] if field.name == "second" else [field]
    proof = Step(("second", PIN), lambda t: Vouch(initials=t["second"], pin=t[PIN]))
    rest = (step._replace(fields=tuple(name for name in step.fields if name != "second")) for step in form.steps)
    return form._replace(fields=tuple(fields), steps=(proof, *rest))


class SignedHere:
    """What this screen knows of who is signed in. ``needed``: the station's staff have PINs."""

    def __init__(self, follower: Follower) -> None:
        self._follower = follower
        self._lock_s: float | None = None
        self._touched_ns = 0
        self.emergency = False

    @property
    def needed(self) -> bool:
        """Whether acts take a sign-in here."""
        return self._lock_s is not None

    @property
    def missing(self) -> bool:
        """Whether somebody has to sign in before the next act."""
        return self.needed and not self._follower.token

    def follow(self, snapshot: Snapshot) -> None:
        """What the recorder says of PINs now."""
        self._lock_s = snapshot.lock_s
        if not self.needed:
            self.forget()

    def touched(self, now_ns: int) -> None:
        """A key or a click, whatever it was for."""
        self._touched_ns = now_ns

    def idle(self, now_ns: int) -> bool:
        """Whether whoever is signed in has touched nothing for so long that the screen locks."""
        signed = bool(self._follower.token) and self._lock_s is not None
        return signed and now_ns - self._touched_ns > (self._lock_s or 0) * NS

    def took(self, answer: SignedIn) -> str:
        """Somebody signed in; a sentence about it."""
        self._follower.token, self.emergency = answer.token, not answer.role
        if self.emergency:
            return f"EMERGENCY ACCESS of {answer.initials}: every entry is marked until F8 again"
        return f"signed in: {answer.name}, {answer.role}"

    def forget(self) -> None:
        """Nobody is signed in here any more."""
        self._follower.token, self.emergency = "", False

    def refused(self, act: Act, answer: Refused) -> bool:
        """Whether ``answer`` says that the recorder knows of nobody signed in here."""
        return answer.field == PIN and not isinstance(act, SIGNING)

    def shown(self, by: str) -> str:
        """Initials as the screen shows them."""
        if self.missing:
            return "i: sign in"
        return f"{by}{NO_PIN}" if self.emergency else by

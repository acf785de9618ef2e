"""Who is signed in, as the recorder knows it: PINs verified, tokens given, wrong ones slowed down. A token is a random
word that lives in memory only, so it ends with the recorder; the file of staff is read anew whenever it changes.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from charting.bands import Level
from charting.people import Access, Duty, Signed, may_not
from drivers.core.text import clean
from station.clock import NS, real_ns
from station.errors import Trouble
from station.recorder.drafts import Refusal
from station.recorder.second import fitting
from station.staff import Member, Staff, matches, read_staff
from station.wire import messages as m, people_acts as p
from station.wire.record_acts import SignSession

ANYONE = (m.Acknowledge, m.PauseSound, m.Emergency, m.TestSound, m.StopRecorder)  # every other act is to chart
SHIFT_S = 12 * 3600.0  # the longest that one sign-in holds; screens lock long before
VOUCHED_S = 120.0  # how long a second person's PIN stands for the next act
FREE_TRIES = 2  # wrong PINs in a row before the next has to wait: 2, 4, 8 ... seconds
LONGEST_WAIT_S = 300.0
Answer = Callable[[m.ServerMessage], None]
Done = Callable[[bool], None]


class _Given(NamedTuple):
    signed: Signed
    until_ns: int
    once: bool = False


class _Tries:
    """Wrong PINs in a row for one pair of initials."""

    def __init__(self) -> None:
        self.wrong, self.not_before_ns, self.checking = 0, 0, False

    def missed(self, now_ns: int) -> None:
        self.wrong += 1
        over = self.wrong - FREE_TRIES
        self.not_before_ns = now_ns + round(min(2.0**over, LONGEST_WAIT_S) * NS) if over > 0 else 0


def _duty(act: m.Act) -> Duty:
    if isinstance(act, SignSession):
        return Duty.SIGN
    return Duty.ANYONE if isinstance(act, ANYONE) else Duty.CHART


def on_a_thread(check: Callable[[], bool], done: Done) -> None:
    """Let ``check`` take its time beside the loop, then tell ``done`` in it."""
    asyncio.get_running_loop().run_in_executor(None, check).add_done_callback(lambda f: done(f.result()))


class Signing:
    """``chart(payload, by, chair)`` writes a staff entry and gives its seq; ``listed`` is what the last list in the
    chart said; ``verify`` runs a slow check beside the loop.
    """

    def __init__(
        self,
        path: Path,
        chart: Callable[[dict[str, Any], str, str], int],
        listed: dict[str, Any] | None = None,
        verify: Callable[[Callable[[], bool], Done], None] = on_a_thread,
        now_ns: Callable[[], int] = real_ns,
    ) -> None:
        self._path, self._chart, self._verify, self._now_ns = path, chart, verify, now_ns
        self._tokens: dict[str, _Given] = {}
        self._tries: dict[str, _Tries] = {}
        self._listed = listed
        self._seen = self._stamp()
        self._staff = read_staff(path)
        self._told()

    @property
    def lock_s(self) -> float | None:
        """Seconds without a key after which a screen locks; None where no staff is named."""
        return self._now().lock_after_min * 60 if self._staff.person else None

    @property
    def pins(self) -> bool:
        """``People``: whether anybody is on the list of staff."""
        return bool(self._now().person)

    def signed(self, command: m.Command) -> Signed:
        """Who sends ``command``. Raises ``Refusal`` where nobody is signed in for it, or their role may not do it."""
        by = clean(command.by)
        if not self._now().person:
            return Signed(by)
        given = self._given(command.token)
        who = given.signed if given is not None and not given.once else Signed(by, access=Access.NOBODY)
        sentence = may_not(who, _duty(command.act))
        if sentence:
            raise Refusal(sentence, m.PIN if who.person is None else "")
        return who

    def second(self, first: Signed, said: str, level: Level = Level.SECOND) -> Signed:
        """``People``: whoever the token ``said`` stands for, without staff whoever has these initials."""
        if not self._now().person:
            return fitting(first, Signed(clean(said)), level)
        given = self._given(said)
        if given is None:
            raise Refusal(
                "the second person signs with initials and PIN; do it again, it holds for two minutes", "second"
            )
        return fitting(first, given.signed, level)

    def spent(self, act: m.Act) -> None:
        """``act`` is charted: whoever vouched for it did so for no other."""
        for said in (getattr(act, "second", ""), *(one.who for one in getattr(act, "vouched", {}).values())):
            given = self._tokens.get(said)
            if given is None or not given.once:
                continue
            del self._tokens[said]
            if isinstance(act, p.HandOver):  # who took over goes on at this screen
                self._tokens[said] = _Given(given.signed, self._now_ns() + round(SHIFT_S * NS))
                self._chart({"what": "signed in", "initials": given.signed.by} | given.signed.mark, given.signed.by, "")

    def command(self, command: m.Command, answer: Answer) -> bool:
        """Carry out an act of signing; False for every other act. ``answer`` may be called later."""
        act = command.act
        match act:
            case p.SignIn() | p.Vouch():
                self._sign(act, command, answer)
            case p.EmergencyAccess():
                self._emergency(act, command, answer)
            case p.SignOut():
                answer(m.Saved(id=command.id, seq=self._end(command.token, act.locked, command.chair)))
            case _:
                return False
        return True

    # --- inside ---------------------------------------------------------------------------------------------------

    def _sign(self, act: p.SignIn | p.Vouch, command: m.Command, answer: Answer) -> None:
        member, tries, sentence = self._called(act.initials)
        if sentence or member is None:
            answer(m.Refused(id=command.id, sentence=sentence, field="second" if isinstance(act, p.Vouch) else "by"))
            return
        tries.checking = True

        def done(right: bool) -> None:
            tries.checking = False
            if right and self._now().called(member.initials) == member:
                tries.wrong = 0
                answer(self._sign_in(member, act, command))
            else:
                tries.missed(self._now_ns())
                by = self._given(command.token)
                payload = {"what": "wrong pin", "initials": member.initials, "in_a_row": tries.wrong}
                self._chart(payload, by.signed.by if by else member.initials, command.chair)
                answer(m.Refused(id=command.id, sentence=f"that is not the PIN of {member.initials}", field=m.PIN))

        self._verify(lambda: matches(act.pin, member.pin), done)

    def _called(self, initials: str) -> tuple[Member | None, _Tries, str]:
        """Whoever has these initials, their tries, and why they cannot sign in now."""
        staff = self._now()
        member = staff.called(initials)
        tries = self._tries.setdefault(member.id if member else "", _Tries())
        wait_s = (tries.not_before_ns - self._now_ns()) / NS
        if not staff.person:
            return None, tries, "no staff is named at this station: initials are enough"
        if member is None:
            return None, tries, f"nobody here has the initials {clean(initials, 12) or 'left empty'}"
        if tries.checking:
            return member, tries, f"a PIN of {member.initials} is being checked; wait a moment"
        if wait_s > 0:
            return member, tries, f"{tries.wrong} wrong PINs in a row: wait {wait_s:.0f} s, or F8 for emergency access"
        return member, tries, ""

    def _sign_in(self, member: Member, act: p.SignIn | p.Vouch, command: m.Command) -> m.SignedIn:
        once = isinstance(act, p.Vouch)
        signed = Signed(member.initials, member.person, Access.SIGNED)
        if not once:
            self._end(command.token, False, command.chair, quiet=True)
            self._chart({"what": "signed in", "initials": signed.by} | signed.mark, signed.by, "")
        token = self._give(signed, VOUCHED_S if once else SHIFT_S, once)
        role = member.role.value
        return m.SignedIn(id=command.id, token=token, initials=signed.by, name=member.name, role=role)

    def _emergency(self, act: p.EmergencyAccess, command: m.Command, answer: Answer) -> None:
        initials = clean(act.initials, 12)
        if not self._now().person:
            answer(m.Refused(id=command.id, sentence="no staff is named at this station: initials are enough"))
            return
        if not any(c.isalpha() for c in initials):  # what was typed is not said: it may be a PIN
            answer(m.Refused(id=command.id, sentence="say who acts: initials have a letter", field="by"))
            return
        self._end(command.token, False, command.chair, quiet=True)
        signed = Signed(initials, access=Access.EMERGENCY)
        self._chart({"what": "emergency access", "initials": initials} | signed.mark, initials, command.chair)
        token = self._give(signed, SHIFT_S, False)
        answer(m.SignedIn(id=command.id, token=token, initials=initials))

    def _end(self, token: str, locked: bool, chair: str, quiet: bool = False) -> int:
        """Take ``token`` back; the seq of the entry about it, 0 for none. ``quiet``: the next sign-in says it."""
        given = self._tokens.pop(token, None)
        if given is None or given.once:
            return 0
        by, emergency = given.signed.by, given.signed.access is Access.EMERGENCY
        if quiet and not emergency:
            return 0
        what = "emergency access ended" if emergency else "locked" if locked else "signed out"
        return self._chart({"what": what, "initials": by} | given.signed.mark, by, chair if emergency else "")

    def _give(self, signed: Signed, holds_s: float, once: bool) -> str:
        now_ns = self._now_ns()
        self._tokens = {t: g for t, g in self._tokens.items() if g.until_ns > now_ns}
        token = secrets.token_hex(16)
        self._tokens[token] = _Given(signed, now_ns + round(holds_s * NS), once)
        return token

    def _given(self, token: str) -> _Given | None:
        """What ``token`` stands for now: nothing once it is too old, or once its person works here no more."""
        given = self._tokens.get(token)
        if given is None or given.until_ns <= self._now_ns():
            return None
        person = given.signed.person
        here = person is None or any(one.person == person for one in self._now().active)
        return given if here else None

    def _stamp(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0
        return found.st_mtime_ns, found.st_ino

    def _now(self) -> Staff:
        """The list, read anew where the file has changed; one that cannot be read leaves the last good one in force."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                self._staff = read_staff(self._path)
            except Trouble as trouble:
                self._chart({"what": "list refused", "why": str(trouble)}, "", "")
            else:
                self._told()
        return self._staff

    def _told(self) -> None:
        """Chart who works here, where that is news."""
        people = [
            {"id": one.id, "name": one.name, "initials": one.initials, "role": one.role.value}
            for one in self._staff.active
        ]
        said = {"what": "list", "people": people, "lock_after_min": self._staff.lock_after_min}
        if said != (self._listed or {"what": "list", "people": [], "lock_after_min": Staff().lock_after_min}):
            self._listed = said
            self._chart(said, "", "")

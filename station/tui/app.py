"""The viewer's app: wires the recorder to the screen and keys to acts. It decides nothing of a patient."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

from textual import work

from drivers.core.text import clean
from station.clock import real_ns
from station.tui.acts import FORMS, QUESTIONS
from station.tui.chosen import PLAIN, Chosen
from station.tui.connection import Answer, Connect, Follower
from station.tui.hearing import Hearing
from station.tui.keymap import keymap
from station.tui.keys import KEYS
from station.tui.one_key import OneKey
from station.tui.places import Places
from station.tui.screens.chair import ChairScreen
from station.tui.screens.dialog import Dialog
from station.tui.screens.failed import FailedScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.keys import KeysScreen
from station.tui.screens.question import QuestionScreen
from station.tui.themed import Themed
from station.tui.trending import Trending
from station.wire.client import ConnectionGone
from station.wire.messages import Acknowledge, Act, ChairView, PauseSound, Refused, Saved, Snapshot

DRAWN_S = 1.0  # a screen that takes longer has not been seen: no echo

NOBODY = "not named"  # charted for an acknowledgement before anybody gave initials


class StationApp(Themed[int]):
    """The viewer. ``connect`` makes a client, ``by``: the operator's initials, ``demo``: a trial station."""

    TITLE = "infusion-station"

    def __init__(
        self,
        connect: Connect,
        by: str = "",
        demo: bool = False,
        chosen: Chosen = PLAIN,
        ledger: Path | None = None,
        wall_first: bool = False,
    ) -> None:
        super().__init__(chosen)
        self.follower = Follower(connect, self._show, self._lost)
        self.by, self._demo = clean(by), demo
        self._chair = 0
        self._snapshot: Snapshot | None = None
        self._home = ChairScreen(chosen.keys)
        self._places = Places(self, self._home, ledger, wall_first)
        self._trending = Trending(self.follower.trend)
        self._one_key = OneKey(self, lambda: self._view, self._named, self.send, self._home.say, about)
        self._hearing = Hearing(self._ask_terminal)
        self._failed: FailedScreen | None = None

    async def on_mount(self) -> None:
        """The chair's screen, and the recorder followed from now on."""
        if not self.is_headless:  # a stopped viewer looks alive with old numbers: job control may not stop it (H3)
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
        self.animation_level = "none"
        self.set_keymap(keymap(self.chosen.keys))
        await self.push_screen(self._home)
        self.run_worker(self.follower.run(), group="follower", name="follow the recorder")

    # --- the recorder

    async def _show(self, snapshot: Snapshot) -> bool:
        self._snapshot = snapshot
        if self._failed is not None and self.screen is self._failed:
            self._failed = None
            await self.pop_screen()
        self._draw()
        if self._view is not None and await self._trending.follow(self._view, real_ns()):
            self._draw()
        drawn = asyncio.Event()
        self.call_after_refresh(drawn.set)
        try:
            await asyncio.wait_for(drawn.wait(), DRAWN_S)
        except TimeoutError:
            return False
        return self._hearing.hears(real_ns())

    def _ask_terminal(self, question: str) -> None:
        if self._driver is not None:
            self._driver.write(question)
            self._driver.flush()

    def on_cursor_position(self) -> None:
        """The terminal's answer to ``Hearing``."""
        self._hearing.answered()

    def _draw(self) -> None:
        if self._snapshot is not None and self._snapshot.chairs:
            self._chair = min(self._chair, len(self._snapshot.chairs) - 1)
            trend = self._trending.of(self._snapshot.chairs[self._chair])
            self._home.show(self._snapshot, self._chair, self.by, self._demo, trend)
            self._places.draw(self._snapshot, self._chair, self.by, self._demo)

    def _lost(self, sentence: str) -> None:
        if self._failed is None:
            self._failed = FailedScreen(sentence)
            self.push_screen(self._failed)
        else:
            self._failed.say(sentence)

    async def send(self, chair: str, by: str, act: Act) -> Answer | None:
        """Send an act and say what became of it; None where the recorder was lost before it answered."""
        self._home.say("saving ...", "dim")
        try:
            answer = await self.follower.act(chair, by, act, self._one_key.take_ago_s())
        except ConnectionGone as gone:
            self._home.say(f"NOT KNOWN TO BE SAVED: {clean(str(gone))} - look at the last entries", "bad")
            return None
        match answer:
            case Saved():
                self._home.say(f"saved #{answer.seq}", "bold")
            case Refused():
                self._home.say(f"REFUSED: {clean(answer.sentence)}", "bad")
            case _:
                self._home.say(f"NOT SAVED: {clean(answer.sentence)}", "bad")
        return answer

    # --- acts--

    @property
    def _view(self) -> ChairView | None:
        """The chair shown; None while there is none, or while it is out of sight: then no act is possible."""
        if self._snapshot is None or not self._snapshot.chairs or self._failed is not None:
            return None
        return self._snapshot.chairs[self._chair]

    async def _initials(self) -> bool:
        """Whether the initials are known; asks once where they are not."""
        if not self.by:
            await self._fill("initials", "", "")
        return bool(self.by)

    async def _named(self) -> str:
        return self.by if await self._initials() else ""

    async def _fill(self, name: str, chair: str, about: str) -> None:
        async def send(by: str, act: Act) -> Answer | None:
            return await self.send(chair, by, act)

        by = await self.push_screen_wait(FormScreen(FORMS[name], about, self.by, send))
        if by is not None:
            self.by = by
            self._draw()

    @work(group="form", exclusive=True)
    async def action_form(self, name: str) -> None:
        """Open a form of ``FORMS`` about the chair shown now."""
        view = self._view
        asked = any(field.name == "by" for field in FORMS[name].fields)
        if view is not None and (asked or await self._initials()):
            await self._fill(name, view.chair, about(view))

    @work(group="form", exclusive=True)
    async def action_ask(self, name: str) -> None:
        """Ask a question of ``QUESTIONS`` about the chair shown now; only y sends its act."""
        view = self._view
        question = QUESTIONS[name]
        if (
            view is not None
            and await self._initials()
            and await self.push_screen_wait(QuestionScreen(about(view), question.text))
        ):
            await self.send(view.chair, self.by, question.act)

    def action_begin(self) -> None:
        """Begin a session; in an open one, ask for the dose plan alone."""
        self.action_form("begin" if self._view is None or self._view.session is None else "plan")

    def action_hold(self) -> None:
        """Hold with a reason; when held, ask whether it runs again."""
        if self._view is not None and self._view.infusion.phase == "held":
            self.action_ask("resume")
        else:
            self.action_form("hold")

    @work(group="acknowledge", exclusive=True)
    async def action_acknowledge(self) -> None:
        """Acknowledge every alarm that is audible at the chair shown; nothing, not even a name, stands before it."""
        view = self._view
        if view is not None:
            await self.send(view.chair, self.by or NOBODY, Acknowledge())

    @work(group="form", exclusive=True)
    async def action_event(self, key: str) -> None:
        """Chart the quick event on ``key``."""
        await self._one_key.event(key)

    @work(group="form", exclusive=True)
    async def action_undo(self) -> None:
        """Undo the last entry, visibly."""
        await self._one_key.undo()

    @work(group="form", exclusive=True)
    async def action_ago(self) -> None:
        """Back-date the next act."""
        await self._one_key.ago()

    @work(group="form", exclusive=True)
    async def action_emergency(self) -> None:
        """Emergency: charted at once, then the facts for the team."""
        await self._one_key.emergency(self.by or NOBODY)

    @work(group="sound", exclusive=True)
    async def action_pause_sound(self) -> None:
        """Pause the sound of every chair, or end the pause; like an acknowledgement it waits for no name."""
        view = self._view
        if view is not None and self._snapshot is not None:
            paused = self._snapshot.sound.startswith("paused")
            await self.send(view.chair, self.by or NOBODY, PauseSound(resume=paused))

    # --- the screen

    def action_chair(self, number: int) -> None:
        """Show chair ``number`` (from 1); one that is not there changes nothing."""
        if self._snapshot is not None and number <= len(self._snapshot.chairs):
            self._chair = number - 1
            self._draw()

    def action_next_chair(self) -> None:
        """Show the next chair, after the last the first."""
        if self._snapshot is not None and self._snapshot.chairs:
            self.action_chair((self._chair + 1) % len(self._snapshot.chairs) + 1)

    def action_to_chair(self, number: int) -> None:
        """Show chair ``number`` on its own screen, wherever one is."""
        self.action_chair(number)
        self._places.home()

    def action_wall(self) -> None:
        """All chairs; from there the chosen chair."""
        self._places.wall()
        self._draw()

    def action_look_back(self) -> None:
        """The sessions in the chart."""
        self._places.look_back(self._home.say)
        self._draw()

    def action_keys(self) -> None:
        """Show the page of keys."""
        self.push_screen(KeysScreen(self.chosen.keys))

    def told(self, sentence: str) -> None:
        """About the theme, in the status row."""
        self._home.say(clean(sentence), "dim")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # the framework's signature
        """Nothing but leaving is possible while the recorder is lost, and one dialog is open at a time."""
        if self._failed is not None:
            return action == "quit" or action not in _OURS
        return action not in _DIALOGS or not any(isinstance(screen, Dialog) for screen in self.screen_stack)


_DIALOGS = (
    "event",
    "undo",
    "ago",
    "begin",
    "form",
    "ask",
    "hold",
    "keys",
    "chair",
    "next_chair",
    "to_chair",
    "wall",
    "look_back",
)
_OURS = {key.action.removeprefix("app.").split("(")[0] for key in KEYS}


def about(view: ChairView) -> str:
    """Whom an act is about, for the head of a dialog: chair, patient, second identifier, plan."""
    who = f"{clean(view.patient)}  {clean(view.identifier)}" if view.session is not None else "no session"
    i = view.infusion
    plan = f"plan {i.planned_mg:.1f} mg in {i.planned_minutes:.0f} min" if i.planned_mg and i.planned_minutes else ""
    return "   ".join(part for part in (clean(view.chair), who, plan) if part)


def run_viewer(
    connect: Connect, by: str = "", demo: bool = False, chosen: Chosen = PLAIN, ledger: Path | None = None
) -> int:
    """Run the viewer in this terminal until it is left; the process's exit code. The recorder goes on."""
    app = StationApp(connect, by, demo, chosen, ledger, wall_first=True)
    app.run()
    return app.return_code or 0

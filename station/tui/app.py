"""The viewer's app: wires the recorder to the screen. It decides nothing of a patient."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import Any

from textual import events

from charting.trends import Trend
from drivers.core.text import clean
from station.clock import NS, real_ns
from station.errors import Trouble
from station.tui.bell import EVERY_S, Bell
from station.tui.chosen import PLAIN, Chosen
from station.tui.collector import out_of_the_way
from station.tui.connection import Connect, Follower
from station.tui.hearing import Hearing
from station.tui.keymap import keymap
from station.tui.keys import ACTIONS, ALONE
from station.tui.left_open import LeftOpen
from station.tui.paper import Times
from station.tui.places import Places
from station.tui.present import blinded
from station.tui.privacy import hidden, without
from station.tui.screens.chair import ChairScreen
from station.tui.screens.dialog import Dialog
from station.tui.screens.failed import FailedScreen
from station.tui.screens.form import FormScreen
from station.tui.screens.keys import ask_keys
from station.tui.screens.readings import ReadingsScreen
from station.tui.sending import about
from station.tui.trending import Trending
from station.wire.messages import ChairView, Snapshot

QUIETED = ("paused", "off reminded")  # what a person did to the sound, and can end
STILL_S = 20.0
ENDED = "the screen stood still and was ended; the recorder goes on, show it again with: infusion-station attach"
SAID_S = 20.0  # what became of an act is news so long
DRAWN_S = 1.0  # a screen that takes longer has not been seen: no echo


class StationApp(LeftOpen):
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
        super().__init__(by, chosen)
        self.follower = Follower(connect, self._show, self._lost)
        self._demo = demo
        self._chair = 0
        self._snapshot: Snapshot | None = None
        self._home = ChairScreen(chosen.keys)
        self._places = Places(self, self._home, ledger, wall_first)
        self._trending = Trending(self.follower.trend)
        self._one_key.curves = self._curves
        self._one_key.chart = lambda: self._snapshot.chart if self._snapshot is not None else ""
        self._hearing = Hearing(self._ask_terminal)
        self._bell = Bell(self.bell)
        self._failed: FailedScreen | None = None
        self._pump: asyncio.Task[Any] | None = None
        self._unanswered_ns: int | None = None
        self._said_ns: int | None = None

    async def on_mount(self) -> None:
        """The chair's screen, and the recorder followed from now on."""
        if not self.is_headless:  # a stopped viewer looks alive with old numbers: job control may not stop it (H3)
            signal.signal(signal.SIGTSTP, signal.SIG_IGN)
            # one that was stopped all the same goes on as it was: the framework would start a second reader of the keys
            asyncio.get_running_loop().add_signal_handler(signal.SIGCONT, self._redraw)
        self._pump = asyncio.current_task()
        self.animation_level = "none"
        self.set_keymap(keymap(self.chosen.keys))
        await self.push_screen(self._home)
        self.set_interval(EVERY_S / 4, self._mourn)
        self.run_worker(self.follower.run(), group="follower", name="follow the recorder")

    def _redraw(self) -> None:
        self.screen.refresh(layout=True)

    # --- the recorder

    async def _show(self, snapshot: Snapshot) -> bool:
        self._plain = snapshot
        self._snapshot = hidden(snapshot) if self.private else snapshot
        self.signing.follow(snapshot)
        self.sound_quiet = snapshot.sound.startswith(QUIETED)
        self._bell.follow(snapshot.bell, real_ns())
        if self._failed is not None and self.screen is self._failed:
            self._failed = None
            self.pop_screen()  # not awaited: see acting.py
        if self._said_ns is not None and real_ns() - self._said_ns > SAID_S * NS:
            self._unsay()
        if not any(isinstance(screen, Dialog) for screen in self.screen_stack):
            self._one_key.drop_old()
        self._draw()
        if self.shown is not None and await self._trending.follow(self.shown, real_ns(), snapshot.speed):
            self._draw()
        self.ask_left_open()
        self._watch_itself(real_ns())
        if self.signing.idle(real_ns()) and self.shown is not None:
            self.signing.touched(real_ns())  # once
            self.run_worker(self.sign_out(self.shown.chair, locked=True), group="form")
        drawn = asyncio.Event()
        self.call_after_refresh(drawn.set)
        try:
            async with asyncio.timeout(DRAWN_S):
                await drawn.wait()
        except TimeoutError:
            return False
        return not self.gone.is_set() and self._hearing.hears(real_ns())

    def _watch_itself(self, now_ns: int) -> None:
        """End the viewer where its own messages, and with them the keys, have not been taken for ``STILL_S``: it would
        look alive with a clock that runs.
        """
        if self._unanswered_ns is None:
            self._unanswered_ns = now_ns
            self.call_later(self._answer_itself)
        elif now_ns - self._unanswered_ns > STILL_S * NS and self._pump is not None:
            self._pump.cancel()

    def _answer_itself(self) -> None:
        self._unanswered_ns = None

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
            by = self.signing.shown(self.by)
            blind = any(isinstance(screen, FormScreen) and screen.blind for screen in self.screen_stack)
            seen = blinded(self._snapshot) if blind else self._snapshot
            self.dim(seen.chairs[self._chair].quiet is not None and not self._places.on_wall)  # the wall warns others
            if not self._places.on_wall:  # a screen that nobody sees costs as much as one that is seen
                self._home.show(seen, self._chair, by, self._demo, trend)
            self._places.draw(self._snapshot, self._chair, by, self._demo)

    def _mourn(self) -> None:
        """Ring while the recorder is lost, unless it is known that no session was open: where the bell was all that
        was left, nothing else tells of it.
        """
        seen = self._snapshot
        needed = seen is None or any(chair.session is not None for chair in seen.chairs)
        self._bell.follow(self._failed is not None and needed, real_ns())

    def _lost(self, sentence: str) -> None:
        if self._failed is None:
            self._failed = FailedScreen(sentence)
            self.push_screen(self._failed)
        else:
            self._failed.say(sentence)

    @property
    def at_ms(self) -> int:
        """The moment of the last snapshot."""
        return self._snapshot.at_ms if self._snapshot is not None else 0

    @property
    def shown(self) -> ChairView | None:
        """The chair shown; None while there is none, or while it is out of sight: then no act is possible."""
        if self._snapshot is None or not self._snapshot.chairs or self._failed is not None:
            return None
        return self._snapshot.chairs[self._chair]

    # --- the screen

    async def on_event(self, event: events.Event) -> None:
        """Every key and click is a sign of whoever is signed in."""
        if isinstance(event, events.Key | events.MouseDown):
            self.signing.touched(real_ns())
        await super().on_event(event)

    def action_chair(self, number: int) -> None:
        """Show chair ``number`` (from 1); one that is not there changes nothing."""
        if self._snapshot is not None and number <= len(self._snapshot.chairs):
            if self._chair != number - 1:
                self._one_key.drop()
                self._unsay()
            self._chair = number - 1
            self._draw()

    def action_next_chair(self) -> None:
        """Show the next chair, after the last the first."""
        if self._snapshot is not None and self._snapshot.chairs:
            self.action_chair((self._chair + 1) % len(self._snapshot.chairs) + 1)

    def action_to_chair(self, number: int) -> None:
        """Show chair ``number`` on its own screen, wherever one is."""
        self._places.home()
        self.action_chair(number)

    def action_wall(self) -> None:
        """All chairs; from there the chosen chair."""
        self._places.wall()
        self._draw()

    def hide_names(self, private: bool) -> None:
        """Names out of sight from this moment on, or back."""
        super().hide_names(private)
        if self._plain is not None:
            self._snapshot = hidden(self._plain) if private else self._plain
        self._draw()

    def chairs(self) -> tuple[ChairView, ...]:
        """Those of the last snapshot."""
        return self._snapshot.chairs if self._snapshot is not None else ()

    def action_look_back(self) -> None:
        """The sessions in the chart; not while names are hidden."""
        if self.names_hidden():
            return
        self._places.look_back(self.say)
        self._draw()

    def action_readings(self) -> None:
        """Every cuff reading of the chair shown."""
        view = self.shown
        if view is not None:
            self.push_screen(ReadingsScreen(about(view), self._curves))

    def _curves(self) -> tuple[Trend | None, int]:
        return (self._trending.of(self.shown) if self.shown is not None else None), self.at_ms

    def times(self) -> Times:
        """Of the session shown: now; the curves tell the rest."""
        return Times(self._curves()[1], None, None)

    def action_ghost(self) -> None:
        """Show or hide the patient's previous session behind the curves."""
        self._trending.ghost = not self._trending.ghost
        self.say(f"previous session {'shown' if self._trending.ghost else 'hidden'}", "dim")
        self._draw()

    def action_plasma(self) -> None:
        """The next model of the plasma below the infusion, after the last none."""
        self.say(self._trending.next_plasma(self.at_ms), "dim")
        self._draw()

    def action_keys(self) -> None:
        """Show the page of keys; one that is clicked on there is as good as pressed."""
        ask_keys(self, self.chosen.keys, self.shown.events if self.shown is not None else ())

    def say(self, sentence: str, tone: str) -> None:
        """What became of an act, in the status row."""
        sentence = without(sentence, self.unnamed)
        self._home.say(sentence, tone)
        self._said_ns = real_ns() if sentence else None

    def _unsay(self) -> None:
        """An old sentence ends; what still waits for its act does not."""
        self.say(self.waiting, "bold")

    def signed(self) -> None:
        """Somebody gave initials; they are shown."""
        self._draw()

    def told(self, sentence: str) -> None:
        """About the theme, in the status row."""
        self.say(clean(sentence), "dim")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002  # the framework's signature
        """Nothing but leaving is possible while the recorder is lost, and one dialog is open at a time."""
        if self._failed is not None:
            return action == "quit" or action not in ACTIONS
        return action not in ALONE or not any(isinstance(screen, Dialog) for screen in self.screen_stack)


def run_viewer(
    connect: Connect, by: str = "", demo: bool = False, chosen: Chosen = PLAIN, ledger: Path | None = None
) -> int:
    """Run the viewer in this terminal until it is left; the process's exit code. The recorder goes on. Raises
    ``Trouble`` where the viewer had to end itself.
    """
    app = StationApp(connect, by, demo, chosen, ledger, wall_first=True)
    with out_of_the_way():
        app.run()
    if app.return_code is None:  # nobody asked it to end
        raise Trouble(ENDED)
    return app.return_code

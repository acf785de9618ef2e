"""A whole treatment as a nurse walks through it by keys: what differs between protocols is data (``Course``)."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from at_the_screen import answered, ended, fill
from paced_recorder import leap
from station_process import StationProcess, until
from terminal import STATION, Terminal

from charting.protocol import Protocol
from charting.protocol_files import load_protocols
from charting.recovery import CHECKLISTS
from charting.screening_rules import load_screening
from station.tui.fitness_rows import FASTING, GATE, QUESTION, WAIT, AskedRow, asked_rows
from station.wire.messages import ChairView
from station.wire.record_acts import Screen

HERE = Path(__file__).parent
PATIENT, BORN, KG = "Story, Anna", "1980-01-01", "70"
PINS = {"AD": "2580", "KS": "1470", "BO": "3690"}
CALM = "128807298"  # 128/80, 72, 98 in one go
RATED = {"rating": (("3", "1", "dissociation 1"), ("4", "5", "sedation (MOAA/S) 5"))}
LOOK_S = 0.15  # between two looks at what the recorder tells
MINUTE_NS = 60_000_000_000


class Course(NamedTuple):
    """What differs: ``dose`` are the fields of the plan, ``mg`` what it comes to, ``rate`` what the pump is set to.

    ``detail`` is what is charted beside a part that is given without a pump, ``parts`` how many there are.
    ``attended_min``: so long after the dose every observation that falls due is charted. ``override``: a question of the screening that
    is answered badly, and overridden. Without ``staff`` initials are enough.
    """

    protocol: str
    dose: tuple[str, ...]
    mg: float
    rate: str = ""
    detail: str = ""
    parts: int = 1
    attended_min: float = 16
    override: str = ""
    staff: bool = True


class Treatment:
    """One station with one chair and one screen, at which ``course`` is walked through."""

    def __init__(self, station: StationProcess, course: Course) -> None:
        self.station, self.course = station, course
        self.rules: Protocol = load_protocols()[course.protocol]
        self._told_seq = 0
        self.leaps = station.home.with_name("leaps")
        self.leaps.touch()
        if course.staff:
            staffed(station)
        paced = (sys.executable, str(HERE / "paced_recorder.py"), str(self.leaps))
        station.record(keeper=True, program=paced)
        self.screen = Terminal((*STATION, "attach"), station.env, 120, 40)

    @property
    def chair(self) -> ChairView:
        """The chair as the recorder tells it now."""
        return self.station.snapshot().chairs[0]

    @property
    def at_ms(self) -> int:
        """The chart's time."""
        return self.station.snapshot().at_ms

    def wait(self, minutes: float) -> None:
        """Minutes of chart time pass."""
        if minutes > 0:
            to_ms = self.at_ms + minutes * 60_000
            leap(self.leaps, round(minutes * MINUTE_NS))
            until(lambda: self.at_ms >= to_ms, what=f"{minutes:g} min of chart time", every_s=LOOK_S)

    def told(self, words: str) -> None:
        """What was just done is in the chart, once more than the last time, and its row on the screen says so."""

        def new() -> int | None:
            return next((one.seq for one in self.chair.lines if one.seq > self._told_seq and words in one.text), None)

        def shown() -> bool:
            return any(words in row and row.endswith(" saved     ") for row in self.screen.text().splitlines())

        try:
            self._told_seq = int(until(new, what=f"{words!r} in the chart", every_s=LOOK_S))
            until(shown, what=f"{words!r} saved")
        except AssertionError as error:
            raise AssertionError(f"{error}; the screen was:\n{self.screen.text()}") from None

    # --- before the dose

    def opened(self) -> None:
        """Whoever charts signs in; the session is opened with its protocol, and with the plan where a pump gives it."""
        self.screen.until(" NO SESSION ")
        self.screen.keys("b")
        if self.course.staff:
            self.signed_in("KS")
        self.screen.until("Begin a session", "Patient's name")
        fill(self.screen, PATIENT, BORN)
        self.screen.keys("shift+tab")
        offers = [offer.id for offer in self.chair.protocols]
        for name in offers[1 : offers.index(self.course.protocol) + 1]:
            self.screen.keys("down")
            self.screen.until(f" {name} ")
        self.screen.keys("tab")
        fill(self.screen, KG)
        if self.course.rate:
            fill(self.screen, *self.course.dose)
        if not self.course.staff:
            fill(self.screen, "KS")
        self.screen.until("no monitor now: values are typed")
        answered(self.screen, lambda: self.screen.keys("n"), "Sound test: three sounds")
        answered(self.screen, lambda: self.screen.keys("w"), "started WITHOUT SOUND")
        self.screen.until_gone("Begin a session")

    def signed_in(self, who: str, known: bool = False) -> None:
        """The form for it is filled in: a PIN is never on the screen. ``known``: the initials stand there."""
        self.screen.until("Sign in: who charts at this screen?")
        if known:
            self.screen.until(f"Your initials            {who}")
            self.screen.keys("enter")
        else:
            fill(self.screen, who)
        self.screen.type(PINS[who])
        self.screen.keys("enter")

    def consented(self) -> None:
        """The signed consent goes to the patient's record."""
        self.screen.keys("p")
        self.screen.until("Record  ", "k: consent")
        self.screen.keys("k")
        self.screen.until("Consent: the patient has signed")
        fill(self.screen, str(date.today()))
        self.screen.until("Record", f"version 1, signed {date.today()}")
        self.screen.keys("escape")
        self.screen.until_gone("Record  ")

    def vitals(self) -> None:
        """Pressure, heart rate and saturation as they were read."""
        self.screen.keys("v")
        self.screen.until("Vital signs")
        fill(self.screen, CALM)
        self.told("typed: NIBP 128/80, HR 72, SpO2 98")

    def screened(self) -> None:
        """Every row of the screening is answered by its key; what stands in the way is overridden with a reason."""
        self.screen.keys("f")
        rows = asked_rows(self.rules, load_screening(), Screen(fasting="amg-iv"))
        self.screen.until("Screening for", f"of {len(rows) - 2} not asked")  # the waits come with their rule
        for row in rows:
            self.screen.keys(self._answer(row))
        self.screen.until("all are asked")
        self.screen.keys("enter")
        if self.course.override:
            self.screen.until("1 in the way", "override:")
            self.screen.keys("2")
            self.screen.until("Override:", "Who decides it")
            fill(self.screen, "controlled since", "Dr P")
        self.told("screening passed")

    def _answer(self, row: AskedRow) -> str:
        """The key of what can be said of somebody who may be treated."""
        questions = {one.id: one for one in load_screening().questions}
        wanted = {
            GATE: lambda: "canmat-2021",
            FASTING: lambda: "amg-iv",
            WAIT: lambda: {"food": "8", "liquid": "4"}.get(row.id, "none"),
            QUESTION: lambda: "no" if (questions[row.id].bad == "yes") != (row.id == self.course.override) else "yes",
        }[row.kind]()
        return next(option.key for option in row.options if option.value == wanted)

    def planned(self) -> None:
        """The plan where it is not made yet, and its blind check by another person where there is one."""
        if not self.course.rate:
            self.screen.keys("b")
            self.screen.until("Plan the dose")
            fill(self.screen, *self.course.dose)
            self.told(f"= {self.course.mg:g} mg")
            self.screen.until_gone("Plan the dose")
            return
        self.screen.keys("C")
        self.screen.until("Second check: another person types", "Who checks")
        assert f"{self.course.rate} mL/h" not in self.screen.text()
        self.seconded()
        fill(self.screen, KG, self.course.rate)
        self.told("second check by BO: agreed")

    def seconded(self) -> None:
        """Another person gives initials, and a PIN where staff have them."""
        fill(self.screen, "BO")
        if self.course.staff:
            self.screen.type(PINS["BO"])
            self.screen.keys("enter")

    # --- the dose

    def begun(self) -> None:
        """The pump is started, or the first part given."""
        self.screen.until_gone("not screened")
        if self.course.rate:
            self.screen.keys("g")
            self.screen.until("Start at the planned rate? y/n")
            self.screen.keys("y")
            self.told(f"infusion started {self.course.rate} mL/h")
        else:
            self.gave(1)

    def gave(self, number: int) -> None:
        """A part was given; that it was is a question of its own."""
        self.screen.keys("g")
        self.screen.until("Given now:")
        fill(self.screen, self.course.detail)
        part = f"{self.course.mg / self.course.parts:g} mg"
        words = f"given: device {number} of {self.course.parts}, {part}" if self.course.parts > 1 else f"given: {part}"
        self.screen.until("Was it given?")
        answered(self.screen, lambda: self.screen.keys("y"), words)
        self.told(words)

    def observed(self, task: str) -> None:
        """What ``task`` asks for is charted with its keys, and is no longer due."""
        if task in RATED:
            for key, digit, words in RATED[task]:
                self.screen.keys(key)
                self.screen.until("0 to ")
                self.screen.keys(digit)
                self.told(words)
        elif task == "recheck":
            self.screen.keys("h")
            answered(self.screen, lambda: self.screen.keys("y"), f"infusion resumed {self.course.rate} mL/h")
        else:
            self.vitals()

    def owed(self) -> dict[str, float]:
        """Tasks that are owed, and in how many minutes each is due."""
        return {one.task: one.in_s / 60 for one in self.chair.due if one.task}

    def attended(self, minutes: float) -> None:
        """Minutes pass; whatever falls due in them is charted when it does."""
        end_ms = self.at_ms + minutes * 60_000
        while True:
            left_min = (end_ms - self.at_ms) / 60_000
            task, in_min = min(self.owed().items(), key=lambda one: one[1], default=("", left_min))
            if in_min >= left_min:
                self.wait(left_min)
                return
            self.wait(in_min)
            assert self.owed()[task] <= 0
            self.observed(task)
            until(lambda task=task: self.owed().get(task, 1) > 0, what=f"{task} charted")

    def held(self) -> None:
        """The infusion is held for a reason; when the recheck is due, it runs again."""
        before = self.screen.pressed
        self.screen.keys("h")
        self.screen.until("Hold: the pump was paused")
        fill(self.screen, "cuff hurts")
        assert self.screen.pressed - before <= 2 + len("cuff hurts")
        self.told("infusion held: cuff hurts")
        self.wait(self.owed()["recheck"])
        self.observed("recheck")
        self.told("infusion resumed")

    def handed_over(self) -> None:
        """The card is read, and signed by who receives the patient."""
        self.screen.keys("H")
        card = self.screen.until("Hand-over card", PATIENT)
        assert "SITUATION" in card
        self.screen.keys("y")
        self.screen.until("whoever receives the session signs")
        self.seconded()
        self.told("handed over by KS to BO, who read the card and signed")

    def killed(self) -> None:
        """The recorder dies; the next one goes on with the same dose, phase, and tasks at the same times."""
        pid, before = self.station.pid(), self.station.snapshot()
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        until(lambda: self.station.pid() not in (None, pid), what="the next recorder")
        after = self.station.snapshot()
        was, now = before.chairs[0], after.chairs[0]
        assert (now.session, now.infusion.phase, now.infusion.given) == (
            was.session, was.infusion.phase, was.infusion.given
        )  # fmt: skip
        between_h = (after.at_ms - before.at_ms) / 3_600_000
        runs = (was.infusion.rate_ml_per_h or 0) * (was.infusion.mg_per_ml or 0)
        runs = runs if was.infusion.phase == "infusing" else 0
        assert abs(now.infusion.delivered_mg - was.infusion.delivered_mg - runs * between_h) < 0.01
        assert now.infusion.delivered_mg > 0
        assert _due(after.at_ms, now) == _due(before.at_ms, was)
        assert (now.screened, now.prepared.check, now.on) == (was.screened, was.prepared.check, was.on)
        self.screen.until("NOT RECORDED for", PATIENT)
        if self.course.staff:  # a token lives in the recorder's memory alone
            self.screen.keys("i")
            self.signed_in("BO", known=True)
            self.screen.until("signed in: Bo O, nurse")

    # --- after the dose

    def stopped(self) -> None:
        """The planned dose is in: the pump is stopped."""
        until(lambda: self.chair.infusion.delivered_mg >= self.course.mg * 0.9995, what="the whole dose")
        self.screen.keys("x")
        self.screen.until("Stop: the infusion has ended")
        fill(self.screen, "dose is in")
        self.told("infusion stopped: dose is in")

    def stayed(self, but_min: float) -> None:
        """All of the stay that the protocol asks for has passed, but for ``but_min``."""
        left_s = max(one.in_s or 0 for one in self.chair.leave if not one.met)
        self.wait(left_s / 60 - but_min)

    def recovered(self) -> None:
        """Vital signs, ratings and the recovery score; then only time is missing, and ``f`` says how much."""
        self.observed("rating")
        self.vitals()
        self.screen.keys("f")
        self.screen.until("Before leaving", "MISSING", "min left", "in ")
        self.screen.keys("1")
        rows = [row for row in CHECKLISTS["aldrete_percent"].rows if row.judged]
        for number, row in enumerate(rows, 1):
            self.screen.until(f"{number} of {len(rows)}: {row.text}")
            self.screen.keys("2")
        text = self.screen.until("Before leaving", "✓  modified Aldrete 9 or more")
        assert text.count(" MISSING ") == 1
        assert re.search(r"MISSING  \d+ min since the \w+ of the dose .* min left .* in \d+:\d\d", text), text
        self.screen.keys("escape")
        self.screen.until_gone("Before leaving")
        self.stayed(0)
        self.screen.keys("f")
        self.screen.until("All are met. That the patient may leave is a clinician's decision.")
        self.screen.keys("escape")
        self.screen.until_gone("Before leaving")

    def left(self) -> None:
        """The session's end, signed by who is signed in."""
        self.screen.keys("e")
        self.screen.until("End the session")
        fill(self.screen, "went home")
        ended(self.screen, lambda: self.screen.keys("y"))

    def chart(self) -> dict[str, Any]:
        """The exported chart."""
        run = self.station.run("sessions", "export", "--format", "json", "latest")
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)  # type: ignore[no-any-return]


def _due(at_ms: int, chair: ChairView) -> dict[str, int]:
    """When each task is due, to the minute's tenth: both are computed from the same entries."""
    return {one.task: round(at_ms / 6000 + one.in_s / 6) for one in chair.due if one.task}


def staffed(station: StationProcess) -> None:
    """An admin and two nurses, as a clinic would name them."""
    for words, typed in (
        (("AD", "--name", "Ada D", "--role", "admin"), ("2580", "2580")),
        (("KS", "--name", "Kim S", "--role", "nurse"), ("AD", "2580", "1470", "1470")),
        (("BO", "--name", "Bo O", "--role", "nurse"), ("AD", "2580", "3690", "3690")),
    ):
        done = station.run("staff", "add", *words, stdin="".join(f"{line}\n" for line in typed).encode())
        assert done.returncode == 0, done.stderr

"""A treatment up to its dose, as a nurse walks through it by keys; what differs between protocols is ``Course``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

from at_the_screen import answered, at_most, fill
from paced_recorder import leap
from station_process import StationProcess, until
from terminal import STATION, Terminal

from charting.protocol import Protocol
from charting.protocol_files import load_protocols
from charting.screening_rules import load_screening
from station.clock import clinic_day
from station.tui.fitness_rows import FASTING, GATE, QUESTION, WAIT, AskedRow, asked_rows
from station.wire.messages import ChairView
from station.wire.record_acts import Screen

HERE = Path(__file__).parent
PATIENT, BORN, KG = "Story, Anna", "1980-01-01", "70"
PINS = {"AD": "2580", "KS": "1470", "BO": "3690"}
CALM = "128807298"  # 128/80, 72, 98 in one go
LOOK_S = 0.15  # between two looks at what the recorder tells
MINUTE_NS = 60_000_000_000


class Course(NamedTuple):
    """What differs: ``dose`` are the fields of the plan, ``mg`` what it comes to, ``rate`` what the pump is set to.

    ``detail`` is what is charted beside a part that is given without a pump, ``parts`` how many there are.
    ``attended_min``: so long after the dose every observation that falls due is charted. ``override``: a question of
    the screening that is answered badly, and overridden. Without ``staff`` initials are enough.
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


class Beginning:
    """One station with one chair and one screen, at which ``course`` is walked through."""

    def __init__(self, station: StationProcess, course: Course) -> None:
        self.station, self.course = station, course
        self.rules: Protocol = load_protocols()[course.protocol]
        self._told_seq, self.attended_s = 0, 0.0
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
        fill(self.screen, PATIENT)
        self.screen.type(BORN)
        self.screen.until(BORN)
        self.screen.keys("tab")  # Enter would go past the protocol, which is filled in
        offers = [offer.id for offer in self.chair.protocols]
        for name in offers[1 : offers.index(self.course.protocol) + 1]:
            self.screen.keys("down")
            self.screen.until(f" {name} ")
        self.screen.keys("enter")
        fill(self.screen, KG)
        if self.course.rate:
            fill(self.screen, *self.course.dose)
        if not self.course.staff:
            fill(self.screen, "KS")
        self.screen.until("no monitor now: values are typed")
        answered(self.screen, lambda: self.screen.keys("n"), "Sound test: three sounds")
        self.screen.keys(
            "escape"
        )  # the sound test is left for later: w, pressed once too often, would lead to the wall
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
        today = clinic_day(self.at_ms)
        fill(self.screen, str(today))
        self.screen.until("Record", f"version 1, signed {today}")
        self.screen.keys("escape")
        self.screen.until_gone("Record  ")

    def vitals(self) -> None:
        """Pressure, heart rate and saturation as they were read."""
        with at_most(self.screen, 12):
            self.screen.keys("v")
            self.screen.until("Vital signs")
            fill(self.screen, CALM)
        self.screen.until_gone("Esc: leave")  # the words below stand there from the time before
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
            until(lambda: any(w in self.screen.text() for w in ("Plan the dose", "How is the dose")), what="the plan")
            if "How is the dose stated?" in self.screen.text():
                self.screen.keys("1")  # by weight
            self.screen.until("Plan the dose")
            fill(self.screen, *self.course.dose)
            if not self.course.staff:
                self.screen.keys("enter")  # past the initials that stand there
            self.screen.until("Sound test: three sounds")
            self.screen.keys("escape")
            self.screen.until_gone("Plan the dose")
            self.told(f"= {self.course.mg:g} mg")
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


def staffed(station: StationProcess) -> None:
    """An admin and two nurses, as a clinic would name them."""
    for initials, name, role, witness in (
        ("AD", "Ada D", "admin", ()),
        ("KS", "Kim S", "nurse", ("AD", PINS["AD"])),
        ("BO", "Bo O", "nurse", ("AD", PINS["AD"])),
    ):
        typed = "".join(f"{line}\n" for line in (*witness, PINS[initials], PINS[initials]))
        done = station.run("staff", "add", initials, "--name", name, "--role", role, stdin=typed.encode())
        assert done.returncode == 0, done.stderr

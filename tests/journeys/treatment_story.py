"""A treatment from its dose to signed discharge, as a nurse walks through it by keys."""

from __future__ import annotations

import json
import os
import re
import signal
from typing import Any

from at_the_screen import answered, at_most, ended, fill
from station_process import until
from treatment_begins import PATIENT, PINS, Beginning

from charting.recovery import CHECKLISTS
from station.wire.messages import ChairView

# the keys of a rating that is due: event, digit, and what is charted
RATED = {"rating": (("3", "1", "dissociation 1"), ("4", "5", "sedation (MOAA/S) 5"))}


class Treatment(Beginning):
    """The rest of it."""

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

        def charted() -> bool:
            """A question takes no answer before a person can have read it."""
            if "Was it given?" not in self.screen.text():
                return True
            self.screen.keys("y")
            return False

        until(charted, what="the answer taken", every_s=0.3)
        self.told(words)

    def observed(self, task: str) -> None:
        """What ``task`` asks for is charted with its keys, and is no longer due."""
        if task in RATED:
            for key, digit, words in RATED[task]:
                with at_most(self.screen, 2):
                    self.screen.keys(key)
                    self.screen.until("0 to ")
                    self.screen.keys(digit)
                self.screen.until_gone("Esc: leave")
                self.told(words)
        elif task == "recheck":
            self.vitals()  # a resume with no pressure since the hold takes a reason
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
                self.attended_s = self.at_ms / 1000
                return
            self.wait(in_min)
            assert self.owed()[task] <= 0
            self.observed(task)
            until(lambda task=task: self.owed().get(task, 1) > 0, what=f"{task} charted")

    def held(self) -> None:
        """The infusion is held for a reason; when the recheck is due, it runs again."""
        with at_most(self.screen, 2 + len("cuff hurts")):
            self.screen.keys("h")
            self.screen.until("Hold: the pump was paused")
            fill(self.screen, "cuff hurts")
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

    def signed(self) -> None:
        """The nurse who took over signs what is over, with a PIN where staff have them."""
        pin = f"{PINS['BO']}\n".encode() if self.course.staff else b""
        done = self.station.run("sessions", "sign", "latest", "--by", "BO", "--yes", stdin=pin)
        assert done.returncode == 0 and b"signed by BO: session" in done.stdout, done
        listed = self.station.run("sessions", "list").stdout.decode()
        assert listed.rstrip().endswith("signed by BO"), listed

    def chart(self) -> dict[str, Any]:
        """The exported chart."""
        run = self.station.run("sessions", "export", "--format", "json", "latest")
        assert run.returncode == 0, run.stderr
        return json.loads(run.stdout)  # type: ignore[no-any-return]


def _due(at_ms: int, chair: ChairView) -> dict[str, int]:
    """When each task is due, to the minute's tenth: both are computed from the same entries."""
    return {one.task: round(at_ms / 6000 + one.in_s / 6) for one in chair.due if one.task}

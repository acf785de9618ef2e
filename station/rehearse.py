"""The whole path in virtual time: encoder, bytes, driver, chair, alarms, ledger; as fast as it goes, repeatable."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import drivers
from charting.ledger.errors import LedgerError
from charting.ledger.store import Store
from charting.model import Kind
from charting.session import Phase
from simulators import faults
from station import feeds, script
from station.alarms.preset import Preset
from station.clock import NS, Ids, VirtualClock
from station.errors import COULD_NOT, Trouble
from station.recorder.acts import Refusal
from station.recorder.chair import Chair, Charted
from station.recorder.journal import Straight
from station.recorder.sight import Surroundings
from station.recorder.vitals import Source
from station.wire.messages import Act

START_UTC_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
STEP_S = 0.25
COMMIT_EVERY_STEPS = 4 * 10
SEAL_EVERY_S = 60.0
ANSWERS_AT_ONCE = 3  # a request, the first record, the request that follows upon it


def rehearse(
    feed: feeds.Feed,
    device_name: str,
    preset: Preset,
    seed: int,
    ledger: Path | None,
    tell: Callable[[str], None] = lambda _: None,
) -> Iterator[dict[str, Any]]:
    """Alarm transitions as they come, each ready to be one JSON line (contract 3). An earlier rehearsal is replaced.

    ``tell`` gets a sentence for each act of the script that the chair refused.
    """
    try:
        store = Store.open(ledger if ledger is not None else ":memory:", rehearsal=True)
    except LedgerError as error:
        raise Trouble(error.sentence, COULD_NOT) from None
    whole = True
    try:
        for t_s, came in Rehearsal(feed, device_name, preset, seed, store, tell).steps():
            yield from (_line(charted, t_s) for charted in came)
    except LedgerError as error:
        raise Trouble(error.sentence, COULD_NOT) from None
    except BaseException:
        whole = False
        raise
    finally:
        store.close()
        if ledger is not None and not whole:
            ledger.unlink(missing_ok=True)  # half a rehearsal is none


class Rehearsal:
    """One device, one chair, one script, all driven by a clock that stands until it is moved."""

    def __init__(
        self,
        feed: feeds.Feed,
        device_name: str,
        preset: Preset,
        seed: int,
        store: Store,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        module = drivers.load(device_name)
        info = module.INFO
        self._feed, self._name, self._tell = feed, device_name, tell
        self._driver = module.Driver(source=device_name)
        self._device = feeds.device(device_name).Device(seed=seed, clock_utc_s=START_UTC_MS // 1000)
        self._rng = random.Random(seed)
        self._good_frames = 0
        self._last_good_ns: int | None = None
        self.clock = VirtualClock(START_UTC_MS)
        self.journal = Straight(store)
        source = Source(device_name, device_name, "rehearsal", info.stale_after_s, info.lost_after_s)
        self.chair = Chair("Chair 1", [source], preset, self.journal, self.clock, Ids(seed))
        self.chair.events = {event.id: event for event in feed.events}
        self.chair.line_changed(device_name, "connected", "", 0)

    def steps(self) -> Iterator[tuple[float, list[Charted]]]:
        """Every step's time on the feed's axis and the transitions it brought; the chart is complete at the end."""
        acts = list(self._feed.acts)
        start_s = math.floor(self._feed.source.start_s / STEP_S) * STEP_S
        session = ""
        for step in range(math.floor((self._feed.source.end_s - start_s) / STEP_S) + 1):
            t_s = start_s + step * STEP_S
            self.clock.at_ns = now_ns = round(step * STEP_S * NS)
            came: list[Charted] = []
            while acts and acts[0][0] <= t_s:
                came += self._act(acts.pop(0)[1], now_ns)
            session = self.chair.state.session if self.chair.state else session
            self._exchange(t_s, now_ns)
            came += self.chair.step(now_ns, Surroundings())
            if step % COMMIT_EVERY_STEPS == 0:
                self.journal.commit()
            if step and (step * STEP_S) % SEAL_EVERY_S == 0:
                self.journal.seal(session, START_UTC_MS + now_ns // 1_000_000)
            yield t_s, came
        self._end(session)

    def _exchange(self, t_s: float, now_ns: int) -> None:
        """What driver and device say to each other at one instant."""
        fault = self._feed.source.line_fault(t_s, self._name)
        shown = self._feed.source.readings(t_s, self._name)
        for _ in range(ANSWERS_AT_ONCE):
            asked = self._driver.tick(now_ns)
            self._device.hear(asked, t_s)
            said = faults.apply(fault, self._device.say(t_s, shown), self._rng)
            if said:
                items = list(self._driver.receive(said, now_ns))
                if self._driver.stats.frames > self._good_frames:
                    self._good_frames, self._last_good_ns = self._driver.stats.frames, now_ns
                self.chair.accept(self._name, items, now_ns)
                self.chair.heard(self._name, self._last_good_ns, self._good_frames, self._driver.period_s)
            if not asked and not said:
                break

    def _act(self, act: Act, now_ns: int) -> list[Charted]:
        """The script's act. One that the chair refuses is charted as such; the rehearsal goes on."""
        try:
            return self.chair.handle(act, script.BY, now_ns).charted
        except Refusal as refusal:
            self._tell(f"the script's {type(act).__name__} at {now_ns / NS:g} s was refused: {refusal}")
            self.chair.write(Kind.NOTE, now_ns, payload={"text": f"script: {refusal}"}, by=script.BY)
            return []

    def _end(self, session: str) -> None:
        at_ns = self.clock.at_ns
        if self.chair.state is not None and self.chair.state.phase in (Phase.BASELINE, Phase.RECOVERY):
            self.chair.write(Kind.SESSION_CLOSED, at_ns, payload={}, reason="rehearsal ended", by=script.BY)
        self.journal.seal(session, START_UTC_MS + at_ns // 1_000_000)


def _line(charted: Charted, t_s: float) -> dict[str, Any]:
    t = charted.transition
    return {
        "t_s": t_s,
        "condition": t.condition,
        "priority": t.priority,
        "from": str(t.from_state),
        "to": str(t.to_state),
        "value": t.value,
        "limit": t.limit,
        "reason": t.reason,
        "entry_seq": charted.entry.seq,
    }

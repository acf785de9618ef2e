"""The whole path in virtual time: encoder, bytes, driver, chair, alarms, ledger; as fast as it goes, repeatable."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import drivers
from charting.ledger.errors import LedgerError
from charting.ledger.store import Store
from charting.model import Kind
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

START_UTC_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z
STEP_S = 0.25
COMMIT_EVERY_STEPS = 4 * 10
SEAL_EVERY_S = 60.0
ANSWERS_AT_ONCE = 3  # a request, the first record, the request that follows upon it


def rehearse(
    feed: feeds.Feed, device_name: str, preset: Preset, seed: int, ledger: Path | None
) -> Iterator[dict[str, Any]]:
    """Alarm transitions as they come, each ready to be one JSON line (contract 3). A ledger of an earlier rehearsal is replaced."""
    try:
        store = Store.open(ledger if ledger is not None else ":memory:", rehearsal=True)
    except LedgerError as error:
        raise Trouble(error.sentence, COULD_NOT) from None
    try:
        yield from _play(feed, device_name, preset, seed, store)
    except LedgerError as error:
        raise Trouble(error.sentence, COULD_NOT) from None
    finally:
        store.close()


def _play(feed: feeds.Feed, device_name: str, preset: Preset, seed: int, store: Store) -> Iterator[dict[str, Any]]:
    module = drivers.load(device_name)
    driver = module.Driver(source=device_name)
    device = feeds.device(device_name).Device(seed=seed, clock_utc_s=START_UTC_MS // 1000)
    rng = random.Random(seed)
    clock = VirtualClock(START_UTC_MS)
    journal = Straight(store)
    info = module.INFO
    source = Source(device_name, device_name, "rehearsal", info.stale_after_s, info.lost_after_s)
    chair = Chair("Chair 1", [source], preset, journal, clock, Ids(seed))
    chair.line_changed(device_name, "negotiating", "", 0)
    acts = list(feed.acts)
    start_s = math.floor(feed.source.start_s / STEP_S) * STEP_S
    session_ms = START_UTC_MS
    session = ""
    good, last_good_ns = 0, None
    for step in range(math.floor((feed.source.end_s - start_s) / STEP_S) + 1):
        t_s = start_s + step * STEP_S
        clock.at_ns = now_ns = round(step * STEP_S * NS)
        while acts and acts[0][0] <= t_s:
            yield from _act(chair, acts.pop(0)[1], now_ns, t_s)
        session = chair.state.session if chair.state else session
        fault = feed.source.line_fault(t_s, device_name)
        shown = feed.source.readings(t_s, device_name)
        for _ in range(ANSWERS_AT_ONCE):
            asked = driver.tick(now_ns)
            device.hear(asked, t_s)
            said = faults.apply(fault, device.say(t_s, shown), rng)
            if said:
                items = list(driver.receive(said, now_ns))
                if driver.stats.frames > good:
                    good, last_good_ns = driver.stats.frames, now_ns
                chair.accept(device_name, items, now_ns)
                chair.heard(device_name, last_good_ns, good)
            if not asked and not said:
                break
        yield from (_line(c, t_s) for c in chair.step(now_ns, Surroundings()))
        if step % COMMIT_EVERY_STEPS == 0:
            journal.commit()
        if step and (step * STEP_S) % SEAL_EVERY_S == 0:
            journal.seal(session, session_ms + now_ns // 1_000_000)
    if chair.state is not None and chair.state.phase in ("baseline", "recovery"):
        chair.write(Kind.SESSION_CLOSED, clock.at_ns, payload={}, reason="rehearsal ended", by=script.BY)
    journal.seal(session, session_ms + clock.at_ns // 1_000_000)


def _act(chair: Chair, act: Any, now_ns: int, t_s: float) -> Iterator[dict[str, Any]]:
    """The script's act. An acknowledgement is itself a transition and so a line."""
    try:
        handled = chair.handle(act, script.BY, now_ns)
    except Refusal as refusal:
        chair.write(Kind.NOTE, now_ns, payload={"text": f"script: {refusal}"}, by=script.BY)
        return
    yield from (_line(c, t_s) for c in handled.charted)


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

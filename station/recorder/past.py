"""What the recorder remembers of earlier sessions, in memory so that no act waits for a disk: the last weight of each
patient, who heard the sound test when, whether the loudspeaker failed its last one, and the record of each patient.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from charting.doubts import Weighed
from charting.facts import WEIGHT
from charting.ledger.chain import iso
from charting.ledger.reader import SessionLine
from charting.lines import line as words_of
from charting.model import RECORD, Entry, Kind
from charting.patient import who
from charting.record import PatientState, apply_record, key_of
from charting.session import NOT_HEARD, TESTED, SoundTest

HEARD_HOLDS_S = 12 * 3600  # a sound test counts so long, at this station, for the one who made it


class _Weight(NamedTuple):
    who: tuple[str, str]
    kg: float
    at_ms: int


class Past:
    """Filled from the chart at the start, then with every entry as it is written.

    ``unheard`` is a sound test that was not heard, at whatever chair, until one is: the loudspeaker is the station's.
    """

    def __init__(
        self, sessions: Iterable[SessionLine] = (), sounds: Iterable[Entry] = (), records: Iterable[Entry] = ()
    ) -> None:
        self._records: dict[tuple[str, str], PatientState] = {}
        self._record_lines: dict[int, str] = {}
        self._weights: dict[str, _Weight] = {}  # by session, oldest first
        self._heard: dict[str, int] = {}
        self.unheard: SoundTest | None = None
        for line in sessions:
            if line.weight_kg is not None:
                found = who(line.patient, line.identifier)
                self._weights[line.session] = _Weight(found, line.weight_kg, line.opened_at_ms)
        for entry in (*sounds, *records):
            self.note(entry)

    def note(self, entry: Entry) -> None:
        """One more entry of the chart."""
        payload = entry.payload
        if entry.kind in RECORD:
            key = key_of(entry)
            self._records[key] = apply_record(self._records.get(key), entry)
            self._record_lines[entry.seq] = words_of(entry)
        elif entry.kind is Kind.SESSION_OPENED:
            found = who(payload["patient"]["name"], payload["patient"]["identifier"])
            self._weights[entry.session or ""] = _Weight(found, payload["weight_kg"], entry.happened_at_ms)
        elif entry.kind is Kind.SOUND and payload["state"] == TESTED:
            self._heard[entry.entered_by.casefold()] = entry.happened_at_ms
            self.unheard = None
        elif entry.kind is Kind.SOUND and payload["state"] == NOT_HEARD:
            self._heard.clear()  # what others heard before is no longer so
            self.unheard = SoundTest(NOT_HEARD, entry.entered_by, entry.happened_at_ms)

    def weighed(self, name: str, identifier: str, kg: float, now: str = "") -> Weighed:
        """``kg`` beside the last weight of the patient of this name and second identifier; that of session ``now``,
        which it is to correct, does not count. One charted outside sessions counts by its day.
        """
        patient = who(name, identifier)
        found = (w for session, w in reversed(self._weights.items()) if w.who == patient and session != now)
        last = next(found, None)
        facts = self._records[patient].standing(WEIGHT) if patient in self._records else ()
        dated = [(iso(last.at_ms)[:10], last.kg)] if last is not None else []
        dated += [(str(one.on), float(one.text)) for one in facts]
        if not dated:
            return Weighed(kg)
        on, last_kg = max(dated, key=lambda one: one[0])
        return Weighed(kg, last_kg, on)

    def record(self, name: str, identifier: str) -> PatientState | None:
        """The record of the patient of this name and second identifier; None where nothing is charted of it."""
        return self._records.get(who(name, identifier))

    def record_line(self, seq: int) -> str:
        """Entry ``seq`` of a record in words."""
        return self._record_lines.get(seq, "")

    def heard_ms(self, by: str, at_ms: int) -> int | None:
        """When ``by`` last heard the sound test here (UTC ms), None where that is too long ago at ``at_ms``."""
        heard_ms = self._heard.get(by.casefold())
        return heard_ms if heard_ms is not None and 0 <= at_ms - heard_ms <= HEARD_HOLDS_S * 1000 else None

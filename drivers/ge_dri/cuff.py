"""The cuff: a reading is an event, though its numbers stay in the record for minutes."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from drivers.core.catalogue import NIBP
from drivers.core.measurement import Validity
from drivers.ge_dri.basic import MISSING_BELOW, Row, row_of

_MEASURING, _OLDER_THAN_60_S = 1 << 5, 1 << 8  # NIBP label
_OLD_AFTER_S = 60
_AUX_RECORDS = 3  # AUX speaks for the cuff while it is no older than this many records


class Reading(NamedTuple):
    """What to emit for the cuff: three rows of one determination, or of no reading (both None)."""

    rows: list[Row]
    determination_id: str | None
    determined_at_s: int | None


class Cuff:
    """Tells a new determination from one that merely stays on display (GE 8005313, NIBP label, AUX)."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._count = 0
        self.reset()

    def reset(self) -> None:
        """Forget what was on display."""
        self._seen = self._was_old = self._measured = False
        self._shown: tuple[int, ...] | None = None
        self._charted: tuple[int, ...] | None = None
        self._charted_at_s = 0
        self._aux_s = self._aux_age = self._charted_aux_s = 0

    def heard_aux(self, nibp_time_s: int) -> None:
        """AUX says the reading on display is of that second; 0 and all ones say nothing."""
        self._aux_s, self._aux_age = nibp_time_s % 0xFFFFFFFF, 0

    def _unlike_the_last(self, raw: tuple[int, ...], old: bool, record_s: int) -> bool:
        """Whether numbers that appear on a blank display are a new reading: others, or fresh long after the last."""
        if raw != self._charted or self._measured:
            return True
        return not old and record_s - self._charted_at_s > _OLD_AFTER_S

    def step(self, label: int, raw: tuple[int, ...], record_s: int) -> Reading | None:
        """One record's NIBP group (sys, dia, mean); a reading where there is something to say."""
        self._aux_age += 1
        aux_s = self._aux_s if self._aux_age <= _AUX_RECORDS else 0
        measuring, old = bool(label & _MEASURING), bool(label & _OLDER_THAN_60_S)
        before, first_sight = self._shown, not self._seen
        self._shown = raw if max(raw) >= MISSING_BELOW else None
        self._seen = True
        if self._shown is None:
            self._measured |= measuring
            if first_sight or before is not None:
                return Reading([(m, None, Validity.NOT_AVAILABLE) for m in NIBP], None, None)
            return None
        if first_sight or not (aux_s and self._charted_aux_s):
            changed = raw != before and (measuring or self._measured)
            # while the cuff inflates a fresh-looking label can still stand over the previous reading
            refreshed = self._was_old and not old and not measuring
            new = changed or refreshed or (before is None and self._unlike_the_last(raw, old, record_s))
        else:
            new = aux_s != self._charted_aux_s
        if new or not measuring:
            self._was_old = old
        self._measured = measuring or (self._measured and not new)
        if aux_s or new:
            self._charted_aux_s = aux_s  # 0: charted without AUX, its next time belongs to this reading
        if not new:
            return None
        untimed = (not aux_s and (old or first_sight)) or (old and first_sight)
        self._charted, self._charted_at_s = raw, record_s
        at_s = None if untimed else aux_s or record_s
        self._count += 1
        identity = f"{self._source}-{record_s if at_s is None else at_s}-{self._count}"
        return Reading(_pressures(raw, Validity.QUESTIONABLE if untimed else Validity.VALID), identity, at_s)


def _pressures(raw: tuple[int, ...], good: Validity) -> list[Row]:
    """Sys, dia and mean; all invalid where they do not lie dia < mean < sys (missing ones aside)."""
    rows = [row_of(metric, pressure, 100) for metric, pressure in zip(NIBP, raw, strict=True)]
    falling = [value for _, value, _ in (rows[0], rows[2], rows[1]) if value is not None]
    if any(upper <= lower for upper, lower in pairwise(falling)):
        return [(metric, None, Validity.INVALID) for metric in NIBP]
    return [(m, value, good if validity is Validity.VALID else validity) for m, value, validity in rows]

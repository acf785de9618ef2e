"""Read-only questions about a ledger: which session is meant, the same patient's one before it, and the session as
JSON or CSV for other programs.
"""

from __future__ import annotations

import csv
import heapq
import io
import json
from collections.abc import Iterator
from typing import Any

import msgspec

from charting.ledger.chain import iso
from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader, SessionLine
from charting.model import Entry, Kind, NumericRow
from charting.patient import who
from charting.session import State
from charting.trends import Ghost, ghost_of, trend_of
from drivers.core.catalogue import METRICS

_FORMULA = ("=", "+", "-", "@")
_ENTRY_COLUMNS = ("seq", "kind", "entered_at", "entered_by", "supersedes", "reason", "payload")


class NoSuchSession(LedgerError):
    """The name fits no session, or none was given where there are several."""


def find_session(reader: Reader, name: str | None) -> SessionLine:
    """The session called ``name``: the whole name, else the latest whose name begins so, or ``latest``.

    With one session in the ledger it needs no name. Raises ``NoSuchSession`` with one sentence.
    """
    lines = reader.sessions()
    if not lines:
        raise NoSuchSession("the ledger holds no session yet")
    if name is None:
        if len(lines) > 1:
            raise NoSuchSession(f"the ledger holds {len(lines)} sessions: name one, or latest")
        return lines[0]
    if name == "latest":
        return lines[-1]
    same = [line for line in lines if line.session == name]
    fitting = same or [line for line in lines if line.session.startswith(name)]
    if not fitting or not name:
        raise NoSuchSession(f"no session begins with {name!r}; see: sessions list")
    return fitting[-1]


def ghost_before(reader: Reader, state: State) -> Ghost | None:
    """The same patient's last session before ``state``'s that is closed and had an infusion; None without one.

    Raises ``LedgerError``.
    """
    patient = who(state.patient, state.identifier)
    if not all(patient):
        return None
    for line in reversed(reader.sessions()):
        closed_ms = line.closed_at_ms
        if closed_ms is None or line.opened_at_ms >= state.opened_ms or who(line.patient, line.identifier) != patient:
            continue
        trend = trend_of(reader.entries(line.session), reader.numerics(line.session), closed_ms)
        ghost = ghost_of(trend) if trend is not None else None
        if ghost is not None:
            return ghost
    return None


def entry_fields(entry: Entry) -> dict[str, Any]:
    """``entry`` as the export shows it: the stored columns, times as ISO 8601 UTC, payload as an object."""
    fields = msgspec.structs.asdict(entry)
    happened_ms, entered_ms = fields.pop("happened_at_ms"), fields.pop("entered_at_ms")
    return fields | {"kind": str(entry.kind), "happened_at": iso(happened_ms), "entered_at": iso(entered_ms)}


def numeric_fields(row: NumericRow) -> dict[str, Any]:
    """A device record as the export shows it: metric to value, unit and validity."""
    return {
        "t": iso(row.t_ms),
        "source": row.source,
        "device_t": None if row.device_ms is None else iso(row.device_ms),
        "values": {
            metric: {
                "value": value,
                "unit": METRICS[metric].unit if metric in METRICS else "",
                "validity": word,
            }
            for metric, (value, word) in row.values.items()
        },
    }


def export_json(reader: Reader, session: str, summary: dict[str, Any]) -> dict[str, Any]:
    """The whole session: what opened it, patient, plan last in force, entries, numerics, the caller's
    ``summary``, and where it lies in the chain: first and last entry of the session, and the head of the
    whole ledger.

    Raises ``NoSuchSession``.
    """
    entries = reader.entries(session)
    line = find_session(reader, session)
    opening = [entry for entry in entries if entry.kind is Kind.SESSION_OPENED][-1]
    plans = [entry for entry in entries if entry.kind is Kind.PLAN]
    head = reader.head()
    return {
        "session": {
            "session": line.session,
            "chair": line.chair,
            "opened_at": iso(line.opened_at_ms),
            "closed_at": None if line.closed_at_ms is None else iso(line.closed_at_ms),
            "weight_kg": line.weight_kg,
        },
        "patient": opening.payload.get("patient"),
        "plan": plans[-1].payload if plans else None,
        "entries": [entry_fields(entry) for entry in entries],
        "numerics": [numeric_fields(row) for row in reader.numerics(session)],
        "summary": summary,
        "chain": {
            "first": {"seq": entries[0].seq, "hash": entries[0].hash},
            "last": {"seq": entries[-1].seq, "hash": entries[-1].hash},
            "head": {"seq": head.seq, "hash": head.hash},
        },
    }


def _cell(value: object) -> object:
    """Text that a spreadsheet would run as a formula gets an apostrophe; numbers keep their minus."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _numeric_cells(row: NumericRow, session: str) -> dict[str, object]:
    cells: dict[str, object] = {
        "t": iso(row.t_ms),
        "record": "numeric",
        "session": session,
        "source": row.source,
    }
    cells["device_t"] = "" if row.device_ms is None else iso(row.device_ms)
    for metric, (value, word) in row.values.items():
        cells |= {metric.lower(): value, f"{metric.lower()}_validity": word}
    return cells


def _entry_cells(entry: Entry) -> dict[str, object]:
    fields = entry_fields(entry)
    cells = {name: fields[name] for name in ("session", "source", *_ENTRY_COLUMNS)}
    payload = json.dumps(entry.payload, ensure_ascii=False, sort_keys=True)
    return cells | {"t": fields["happened_at"], "record": "entry", "payload": payload}


def export_csv(reader: Reader, session: str) -> Iterator[str]:
    """Lines of an RFC 4180 table: a header, then one row for each device record and entry, by the time it
    happened.

    Only metrics the session carries have columns. Times are ISO 8601 UTC.
    """
    entries = sorted(reader.entries(session), key=lambda entry: (entry.happened_at_ms, entry.seq))
    numerics = list(reader.numerics(session))
    carried = {metric for row in numerics for metric in row.values}
    known = [name for name in METRICS if name in carried] + sorted(carried - METRICS.keys())
    metric_columns = [part for name in known for part in (name.lower(), f"{name.lower()}_validity")]
    columns = ["t", "record", "session", "source", *_ENTRY_COLUMNS, "device_t", *metric_columns]
    line = io.StringIO()
    writer = csv.DictWriter(line, columns, restval="", lineterminator="\r\n")

    def written(cells: dict[str, Any]) -> str:
        line.seek(0)
        line.truncate()
        writer.writerow({name: _cell(value) for name, value in cells.items()})
        return line.getvalue()

    yield written({name: name for name in columns})
    by_entry = ((entry.happened_at_ms, 0, _entry_cells(entry)) for entry in entries)
    by_row = ((row.t_ms, 1, _numeric_cells(row, session)) for row in sorted(numerics, key=lambda row: row.t_ms))
    for _, _, cells in heapq.merge(by_entry, by_row, key=lambda item: item[:2]):
        yield written(cells)

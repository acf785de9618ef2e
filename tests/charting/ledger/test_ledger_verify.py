"""Whatever is done to the file outside the program is found, and no content of it brings verify down."""

# ruff: noqa: S608 - the tests put their own words into statements

from __future__ import annotations

import random
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from ledger_makers import draft, fill

from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.ledger.verify import verify
from charting.model import Kind

ENTRIES, ROWS = 17, 90
CHANGES = (
    "hr = hr + 0.5",
    "hr = 9e999",
    "spo2 = 9e999",
    "spo2_q = 0",
    "temp_q = NULL",
    "nibp_sys = 120",
    "t_ms = t_ms + 1",
    "source = 'x'",
    "device_ms = 5",
)
Edit = Callable[[sqlite3.Connection, random.Random], str]


def _text(conn: sqlite3.Connection, rng: random.Random) -> str:
    seq = rng.randint(1, ENTRIES)
    column = rng.choice(["session", "chair", "entered_by", "source", "reason", "kind", "prev_hash", "hash"])
    conn.execute(f"UPDATE entry SET {column} = coalesce({column}, '') || 'x' WHERE seq = ?", (seq,))
    return f"entry {seq} "


def _time(conn: sqlite3.Connection, rng: random.Random) -> str:
    seq = rng.randint(1, ENTRIES)
    column = rng.choice(["happened_at", "entered_at"])
    conn.execute(f"UPDATE entry SET {column} = '2025-12-31T23:59:59.000Z' WHERE seq = ?", (seq,))
    return f"entry {seq} "


def _payload(conn: sqlite3.Connection, rng: random.Random) -> str:
    seq = rng.randint(1, ENTRIES)
    conn.execute("UPDATE entry SET payload = json_set(payload, '$.added', 1) WHERE seq = ?", (seq,))
    return f"entry {seq} "


def _spaces(conn: sqlite3.Connection, rng: random.Random) -> str:
    seq = rng.randint(1, ENTRIES)
    conn.execute("UPDATE entry SET payload = payload || ' ' WHERE seq = ?", (seq,))
    return f"entry {seq} "


def _delete(conn: sqlite3.Connection, rng: random.Random) -> str:
    seq = rng.randint(1, ENTRIES - 1)
    conn.execute("DELETE FROM entry WHERE seq = ?", (seq,))
    return f"entry {seq} is missing"


def _close_up(conn: sqlite3.Connection, rng: random.Random) -> str:
    seq = rng.randint(1, ENTRIES - 1)
    conn.execute("DELETE FROM entry WHERE seq = ?", (seq,))
    conn.execute("UPDATE entry SET seq = seq - 1 WHERE seq > ?", (seq,))
    return f"entry {seq} "


def _swap(conn: sqlite3.Connection, rng: random.Random) -> str:
    one, two = sorted(rng.sample(range(1, ENTRIES + 1), 2))
    for old, new in ((one, -1), (two, one), (-1, two)):
        conn.execute("UPDATE entry SET seq = ? WHERE seq = ?", (new, old))
    return f"entry {one} "


def _append(conn: sqlite3.Connection, rng: random.Random) -> str:
    seq = rng.randint(1, ENTRIES)
    columns = "session, chair, kind, happened_at, entered_at, entered_by, source, supersedes, reason, payload"
    conn.execute(f"INSERT INTO entry SELECT {ENTRIES + 1}, {columns}, prev_hash, hash FROM entry WHERE seq = ?", (seq,))
    return f"entry {ENTRIES + 1} "


def _value(conn: sqlite3.Connection, rng: random.Random) -> str:
    change = rng.choice(CHANGES)
    row = rng.randint(1, ROWS)
    conn.execute(f"UPDATE numeric SET {change} WHERE id = ?", (row,))
    first = (row - 1) // 30 * 30 + 1
    return f"rows {first} to {first + 29} "


def _row_gone(conn: sqlite3.Connection, rng: random.Random) -> str:
    conn.execute("DELETE FROM numeric WHERE id = ?", (rng.randint(1, ROWS),))
    return "numeric rows "


def _row_moved(conn: sqlite3.Connection, rng: random.Random) -> str:
    conn.execute("UPDATE numeric SET session = 2 WHERE id = ?", (rng.randint(1, ROWS),))
    return "numeric rows "


def _view(conn: sqlite3.Connection, rng: random.Random) -> str:
    conn.execute("DROP VIEW v_note")
    conn.execute("CREATE VIEW v_note AS SELECT * FROM entry WHERE 0")
    return "v_note "


EDITS: list[Edit] = [
    _text, _time, _payload, _spaces, _delete, _close_up, _swap, _append, _value, _row_gone, _row_moved, _view
]  # fmt: skip


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__[1:])
def test_every_edit_by_sql_is_found_and_the_first_bad_row_named(
    edit: Edit, sealed_bytes: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "chart.db"
    for seed in range(12):
        path.write_bytes(sealed_bytes)
        conn = sqlite3.connect(path, isolation_level=None)
        triggers = conn.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            conn.execute(f"DROP TRIGGER {name}")
        named = edit(conn, random.Random(seed))
        for _, sql in triggers:  # as one would who wants to hide it
            conn.execute(sql)
        conn.close()
        report = verify(path)
        assert not report.ok, f"seed {seed}"
        about = [problem for problem in report.problems if re.search(r"entry \d|rows |v_note", problem)]
        assert named in about[0], f"seed {seed}: {report.problems}"


def test_a_whole_ledger_is_good(sealed_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "chart.db"
    path.write_bytes(sealed_bytes)
    report = verify(path)
    assert (report.ok, report.entries, report.numerics, report.problems, report.remarks) == (
        True,
        ENTRIES,
        ROWS,
        [],
        [],
    )
    with Reader.open(path) as reader:
        assert report.head == reader.head().hash


def test_a_missing_trigger_is_named(sealed_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "chart.db"
    path.write_bytes(sealed_bytes)
    conn = sqlite3.connect(path)
    conn.execute("DROP TRIGGER entry_no_delete")
    conn.close()
    assert verify(path).problems == ["entry_no_delete is missing from the schema"]


def test_many_problems_are_counted_not_listed(sealed_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "chart.db"
    with Store.open(path, rehearsal=True) as store:
        fill(store, notes=60)
        store.conn.execute("DROP TRIGGER entry_no_update")
        store.conn.execute("UPDATE entry SET entered_by = 'ZZ'")
    report = verify(path)
    assert len(report.problems) == 21 and report.problems[-1].startswith("and ")


def content(path: Path) -> object:
    with Reader.open(path) as reader:
        return reader.entries(), list(reader.numerics("s-1")), reader.sessions()


def test_bit_flips_change_nothing_or_are_found(sealed_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "chart.db"
    path.write_bytes(sealed_bytes)
    whole = content(path)
    found = 0
    rng = random.Random(20261122)
    for _ in range(200):
        raw = bytearray(sealed_bytes)
        raw[rng.randrange(len(raw))] ^= 1 << rng.randrange(8)
        path.write_bytes(raw)
        if verify(path).ok:
            assert content(path) == whole
        else:
            found += 1
            try:
                content(path)  # may answer or refuse, in its own words
            except LedgerError as error:
                assert "\n" not in error.sentence
    assert found > 50


def test_cut_zeroed_and_headless_files_are_found(sealed_bytes: bytes, tmp_path: Path) -> None:
    path = tmp_path / "chart.db"
    page = 4096
    damaged = [sealed_bytes[:end] for end in range(page, len(sealed_bytes), page)]
    damaged += [sealed_bytes[:end] for end in (1, 15, 16, 17, 99, 100, 101, 5000)]
    for start in range(0, len(sealed_bytes), page):
        damaged.append(sealed_bytes[:start] + bytes(page) + sealed_bytes[start + page :])
    damaged += [b"", b"MZ" + sealed_bytes[2:], bytes(len(sealed_bytes))]
    for raw in damaged:
        path.write_bytes(raw)
        report = verify(path)
        assert not report.ok
        assert report.problems


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    assert verify(tmp_path / "none.db").problems == [
        f"{tmp_path / 'none.db'} is not there: nothing was recorded there yet, or the path is another one"
    ]


def signed(path: Path, **said: object) -> list[str]:
    """A ledger whose session is signed, with other claims ``said``; its problems about that."""
    with Store.open(path) as store:
        last = fill(store)[-1]
        claim = {"session": "s-1", "first_seq": 1, "last_seq": last.seq, "last_hash": last.hash, "missing": []}
        chain = store.chain()
        entries = [chain.stage(draft(Kind.SIGNED, 90, **(claim | said)))]
        entries.append(chain.stage(draft(Kind.NOTE, 91, text="forgotten")))
        store.commit(entries, [])
    return [one for one in verify(path).problems if " signs " in one]


def test_what_was_charted_after_a_signature_is_told_and_no_fault(tmp_path: Path) -> None:
    assert signed(tmp_path / "ledger.db") == []
    report = verify(tmp_path / "ledger.db")
    assert report.ok
    told = f"session s-1 was changed after it was signed by AB: an entry from {report.entries} on"
    assert told in report.remarks


@pytest.mark.parametrize("said", [{"last_hash": "0" * 64}, {"last_seq": 3}, {"first_seq": 2}, {"last_seq": 99}])
def test_a_signature_over_something_else_is_found(tmp_path: Path, said: dict[str, object]) -> None:
    assert len(signed(tmp_path / "ledger.db", **said)) == 1
    assert not verify(tmp_path / "ledger.db").ok


def test_a_signature_without_its_claim_is_found(tmp_path: Path) -> None:
    (problem,) = signed(tmp_path / "ledger.db", last_hash=None)
    assert "signs nothing that can be read" in problem

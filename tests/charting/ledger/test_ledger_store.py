"""Opening, appending, retrying, sealing: what the recorder leans on."""

from __future__ import annotations

import fcntl
import os
import sqlite3
import stat
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings, strategies as st
from ledger_makers import T0_MS, draft, fill, opening, rows

from charting.ledger import verify as checks
from charting.ledger.chain import GENESIS, Head
from charting.ledger.engine import connect, sqlite_facts, wal_safe
from charting.ledger.errors import (
    LedgerBusy,
    LedgerFailed,
    LedgerForked,
    LedgerNewer,
    LedgerRefused,
    LedgerUnusable,
)
from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.ledger.verify import verify
from charting.model import Kind, NumericRow
from drivers.core.catalogue import METRICS
from drivers.core.measurement import Validity

VALUES = st.tuples(st.none() | st.floats(-1e6, 1e6), st.sampled_from([str(word) for word in Validity]))
ROWS = st.lists(
    st.builds(
        NumericRow,
        t_ms=st.integers(0, 2**45),
        session=st.just("s-1"),
        source=st.text(st.characters(exclude_categories=["Cs"]), max_size=8),
        device_ms=st.none() | st.integers(0, 2**45),
        values=st.dictionaries(st.sampled_from(sorted(METRICS)), VALUES),
    ),
    max_size=6,
)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o277])
def test_folder_and_files_are_private_under_any_umask(tmp_path: Path, umask: int) -> None:
    path = tmp_path / "new" / "deep" / "chart.db"
    before = os.umask(umask)
    try:
        with Store.open(path) as store:
            fill(store)
            found = {file.name: mode(file) for file in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert set(found) >= {"chart.db", "chart.db.lock"}
    assert set(found.values()) == {0o600}
    assert {mode(path.parent), mode(path.parent.parent)} == {0o700}


def test_a_copy_others_may_read_is_narrowed(path: Path) -> None:
    Store.open(path).close()
    path.chmod(0o644)
    Store.open(path).close()
    assert mode(path) == 0o600


def test_journal_and_sync_follow_the_sqlite_version(path: Path) -> None:
    with Store.open(path) as store:
        journal = store.conn.execute("PRAGMA journal_mode").fetchone()[0]
        assert journal == ("wal" if sqlite_facts().wal_safe else "persist")
        assert store.conn.execute("PRAGMA synchronous").fetchone()[0] == 2


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_versions_of_sqlite_that_may_use_wal(version: tuple[int, ...], safe: bool) -> None:
    assert wal_safe(version) is safe


def test_an_unsafe_sqlite_falls_back_to_a_rollback_journal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(path) as store:
        wanted = fill(store)
    facts = type(sqlite_facts())("3.40.1", False, "sqlite3")
    monkeypatch.setattr("charting.ledger.opening.sqlite_facts", lambda: facts)
    with Store.open(path) as store:
        assert store.conn.execute("PRAGMA journal_mode").fetchone()[0] == "persist"
        assert store.entries() == wanted
        assert store.recover() == store.head()


def test_a_second_writer_is_told_who_holds_it(path: Path) -> None:
    with Store.open(path), pytest.raises(LedgerBusy, match=f"process {os.getpid()};"):
        Store.open(path)
    Store.open(path).close()


def test_a_file_system_without_locks_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_locks(fd: int, how: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with pytest.raises(LedgerUnusable, match="local disk"):
        Store.open(path)


def _folder(path: Path) -> None:
    path.mkdir()


def _link(path: Path) -> None:
    target = path.with_name("elsewhere")
    Store.open(target).close()
    path.symlink_to(target)


def _dangling(path: Path) -> None:
    path.symlink_to(path.with_name("nowhere"))


def _text(path: Path) -> None:
    path.write_text("dear diary")


def _foreign(path: Path) -> None:
    conn = sqlite3.connect(path)
    conn.execute("CREATE TABLE songs (title)")
    conn.close()


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _damaged(path: Path) -> None:
    Store.open(path, rehearsal=True).close()
    raw = bytearray(path.read_bytes())
    raw[100:4096] = bytes(3996)
    path.write_bytes(raw)


@pytest.mark.parametrize("make", [_folder, _link, _dangling, _text, _foreign, _pipe, _damaged])
def test_what_is_no_ledger_is_refused_in_one_sentence(tmp_path: Path, make: object) -> None:
    path = tmp_path / "chart.db"
    make(path)  # type: ignore[operator]
    for opened in (Store.open, Reader.open):
        with pytest.raises((LedgerUnusable, LedgerFailed)) as refused:
            opened(path)
        assert str(path) in refused.value.sentence
        assert "\n" not in refused.value.sentence
    report = verify(path)
    assert not report.ok and str(path) in report.problems[0]


def test_an_empty_file_becomes_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "chart.db"
    path.touch()
    with Store.open(path) as store:
        assert store.head() == Head(0, GENESIS)


def test_a_newer_version_is_refused_by_the_writer(path: Path) -> None:
    Store.open(path).close()
    conn = sqlite3.connect(path)
    conn.execute("PRAGMA user_version = 999")
    conn.close()
    before = path.read_bytes()
    with pytest.raises(LedgerNewer, match="later version"):
        Store.open(path)
    assert path.read_bytes() == before


def test_a_read_only_place_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Store.open(path).close()
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere, so the answer is given here
    with pytest.raises(LedgerUnusable, match="read-only"):
        Store.open(path)


def test_memory_is_for_rehearsals() -> None:
    with pytest.raises(LedgerUnusable):
        Store.open(":memory:")


@settings(max_examples=40, deadline=None)
@given(ROWS)
def test_rows_come_back_as_they_were_given(given_rows: list[NumericRow]) -> None:
    with Store.open(":memory:", rehearsal=True) as store:
        chain = store.chain()
        store.commit([chain.stage(opening())], given_rows)
        assert list(store.numerics("s-1")) == given_rows


def test_entries_come_back_as_they_were_staged(path: Path) -> None:
    with Store.open(path) as store:
        staged = fill(store)
        assert store.entries() == staged
        assert store.entries("s-1", after_seq=5) == staged[5:]
        assert store.entries("other") == []
    with Reader.open(path) as reader:
        assert reader.entries() == staged
        assert reader.head() == Head(staged[-1].seq, staged[-1].hash)


@pytest.mark.parametrize(
    "values",
    [{"HR": (float("nan"), "valid")}, {"HR": (float("inf"), "valid")}, {"CVP": (5.0, "valid")}, {"HR": (5.0, "good")}],
)
def test_rows_that_are_no_measurement_are_refused_and_nothing_is_written(values: dict[str, tuple[float, str]]) -> None:
    with Store.open(":memory:", rehearsal=True) as store:
        chain = store.chain()
        bad = NumericRow(t_ms=0, session="s-1", source="x", device_ms=None, values=dict(values))
        with pytest.raises(LedgerRefused):
            store.commit([chain.stage(opening())], [*rows(1), bad])
        assert store.head().seq == 0


def test_rows_of_an_unknown_session_are_refused() -> None:
    with Store.open(":memory:", rehearsal=True) as store, pytest.raises(LedgerRefused, match="not opened"):
        store.commit([], rows(1))


def test_entries_given_twice_are_written_once_and_others_are_refused(path: Path) -> None:
    with Store.open(path) as store:
        staged = fill(store)
        store.commit(staged[-3:], [])
        assert store.entries() == staged
        chain = store.chain()
        lost = chain.stage(draft(Kind.NOTE, text="one"))
        with pytest.raises(LedgerForked):
            store.commit([chain.stage(draft(Kind.NOTE, text="two"))], [])  # the one before is missing
        other = store.chain().stage(draft(Kind.NOTE, text="another history"))
        store.commit([lost], [])
        with pytest.raises(LedgerForked):
            store.commit([other], [])
        changed = store.chain().stage(draft(Kind.NOTE, text="before"))
        changed.payload["text"] = "after"
        with pytest.raises(LedgerRefused, match="changed"):
            store.commit([changed], [])


def test_a_lock_of_another_tool_loses_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("charting.ledger.engine.BUSY_TIMEOUT_S", 0.01)
    with Store.open(path) as store:
        chain = store.chain()
        first = chain.stage(opening())
        other = connect(path, "mode=rw")  # same library: two of them in one process do not see each other's locks
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerFailed, match="another program holds"):
            store.commit([first], rows(3))
        other.execute("ROLLBACK")
        other.close()
        store.commit([first], rows(3))
        assert (store.entries(), list(store.numerics("s-1"))) == ([first], rows(3))


@pytest.mark.parametrize("was_in", [False, True])
def test_a_batch_in_doubt_is_written_exactly_once(path: Path, was_in: bool) -> None:
    """After an error at COMMIT nobody knows whether the batch is in. Giving it again must be right both ways."""
    with Store.open(path) as store:
        chain = store.chain()
        store.commit([chain.stage(opening())], rows(2))
        note = chain.stage(draft(Kind.NOTE, text="in doubt"))
        if was_in:
            store.commit([note], rows(3, 2))
            store._next_row, store._head = 3, Head(1, note.prev_hash)  # as if COMMIT had answered with an error
        store._must_recover = True
        store.commit([note], rows(5, 2))  # two more have come in meanwhile
        assert len(store.entries()) == 2
        assert list(store.numerics("s-1")) == rows(2) + rows(5, 2)


def test_seals_cover_each_row_once_also_with_two_chairs(path: Path) -> None:
    with Store.open(path) as store:
        chain = store.chain()
        store.commit([chain.stage(opening("a")), chain.stage(opening("b"))], [])
        for n in range(5):
            store.commit([], rows(2, n, "a") + rows(1, n, "b"))
        for session, count in (("a", 10), ("b", 5)):
            seal = store.seal(session, T0_MS, T0_MS, chain)
            assert seal is not None and seal.payload["rows"] == count and seal.chair == "Chair 1"
            store.commit([seal], [])
            assert store.seal(session, T0_MS, T0_MS, chain) is None
        store.commit([], rows(4, 90, "b"))
    report = verify(path)
    assert report.ok and report.remarks == ["4 numeric rows are not sealed yet: a change in them would not be found"]
    with Store.open(path) as store:  # after a crash the tail is found again
        seal = store.seal("b", T0_MS, T0_MS, store.chain())
        assert seal is not None and seal.payload["rows"] == 4


def test_sessions_open_and_closed_and_the_index_mended(path: Path) -> None:
    with Store.open(path) as store:
        staged = fill(store)
        chain = store.chain()
        store.commit([chain.stage(opening("s-2", "Bo"))], [])
        assert [(line.session, line.patient) for line in store.sessions()] == [("s-1", "Ada Müller"), ("s-2", "Bo")]
        assert store.open_sessions() == ["s-2"]
        undo = msgspec.structs.replace(draft(Kind.NOTE, text="mistake"), supersedes=staged[-1].seq)
        store.commit([chain.stage(undo)], [])
        assert store.open_sessions() == ["s-1", "s-2"]
        store.conn.execute("DELETE FROM session_index WHERE session = 's-1'")
        store.conn.execute("UPDATE session_index SET patient = 'Mallory'")
    assert not verify(path).ok
    with Store.open(path) as store:
        assert [line.patient for line in store.sessions()] == ["Ada Müller", "Bo"]
    assert verify(path).ok


def test_a_rehearsal_repeated_gives_the_same_bytes_and_leaves_nothing_else(tmp_path: Path) -> None:
    written = []
    for name in ("a", "b"):
        with Store.open(tmp_path / name / "out.db", rehearsal=True) as store:
            fill(store)
        written.append((tmp_path / name / "out.db").read_bytes())
        assert [file.name for file in (tmp_path / name).iterdir()] == ["out.db"]
    assert written[0] == written[1]
    with Store.open(tmp_path / "a" / "out.db", rehearsal=True) as store:  # the same command again
        assert store.entries() == []
        fill(store)
    assert (tmp_path / "a" / "out.db").read_bytes() == written[0]
    assert verify(tmp_path / "a" / "out.db").ok


def test_a_rehearsal_never_touches_a_chart(path: Path) -> None:
    with Store.open(path) as store:
        staged = fill(store)
    with pytest.raises(LedgerUnusable, match="never written over"):
        Store.open(path, rehearsal=True)
    with Store.open(path) as store:
        assert store.entries() == staged


def test_verify_beside_a_busy_recorder_sees_one_picture(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not sqlite_facts().wal_safe:
        pytest.skip("this SQLite has no safe WAL: a reader and a writer take turns, so there is nothing to see")
    with Store.open(path) as store:
        chain = store.chain()
        store.commit([chain.stage(opening())], rows(3))
        inner = checks._numerics

        def meanwhile(conn: sqlite3.Connection, report: checks.Report) -> None:
            store.commit([], rows(5, 3))
            seal = store.seal("s-1", T0_MS, T0_MS, chain)
            assert seal is not None
            store.commit([seal], [])
            inner(conn, report)

        monkeypatch.setattr(checks, "_numerics", meanwhile)
        report = verify(path)
        assert report.ok and report.numerics == 3
    monkeypatch.undo()
    assert verify(path).numerics == 8


def test_a_reader_sees_each_commit_while_the_writer_goes_on(path: Path) -> None:
    with Store.open(path) as store:
        chain = store.chain()
        store.commit([chain.stage(opening())], [])
        with Reader.open(path) as reader:
            for n in range(3):
                store.commit([chain.stage(draft(Kind.NOTE, n, text="x"))], rows(1, n))
                assert (reader.head().seq, len(list(reader.numerics("s-1")))) == (n + 2, n + 1)
            with pytest.raises(Exception, match="readonly"):
                reader.conn.execute("INSERT INTO session_index (session, opened_seq, opened_at) VALUES ('x', 1, '')")


def test_an_entry_of_a_later_program_is_refused_in_words(path: Path) -> None:
    with Store.open(path, rehearsal=True) as store:
        fill(store)
        store.conn.execute("DROP TRIGGER entry_no_update")
        store.conn.execute("UPDATE entry SET kind = 'telepathy' WHERE seq = 3")
        with pytest.raises(LedgerNewer, match="telepathy"):
            store.entries()
        with pytest.raises(LedgerUnusable, match="no view v_nothing"):
            list(store.view("v_nothing"))

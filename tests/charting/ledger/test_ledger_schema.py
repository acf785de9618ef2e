"""The tables themselves refuse what the program must never do, whichever tool tries it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from ledger_makers import draft, fill, rows

from charting.ledger import engine, schema
from charting.ledger.errors import LedgerNewer
from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.model import Kind
from drivers.core.catalogue import METRICS
from drivers.core.measurement import Validity

FORBIDDEN = [
    "UPDATE entry SET reason = 'x' WHERE seq = 2",
    "UPDATE entry SET seq = 900 WHERE seq = 2",
    "DELETE FROM entry WHERE seq = 2",
    "DELETE FROM entry",
    "INSERT OR REPLACE INTO entry SELECT * FROM entry WHERE seq = 2",
    "REPLACE INTO entry SELECT * FROM entry WHERE seq = (SELECT max(seq) FROM entry)",
    "INSERT INTO entry SELECT seq + 100, session, chair, kind, happened_at, entered_at, entered_by, source, "
    "supersedes, reason, payload, prev_hash, hash FROM entry WHERE seq = 2",
    "UPDATE numeric SET hr = 1 WHERE id = 3",
    "DELETE FROM numeric WHERE id = 3",
    "INSERT OR REPLACE INTO numeric SELECT * FROM numeric WHERE id = 3",
    "INSERT INTO numeric (id, t_ms, session, source) VALUES (-1, 0, 1, 'x')",
    "INSERT INTO numeric (t_ms, session, source) VALUES (0, 1, 'x')",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_a_plain_tool_can_only_append(path: Path, statement: str) -> None:
    with Store.open(path) as store:
        fill(store)
        before = store.entries(), list(store.numerics("s-1"))
    plain = sqlite3.connect(path, isolation_level=None)  # recursive_triggers off, as any tool comes
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        plain.execute(statement)
    plain.close()
    with Store.open(path) as store:
        assert (store.entries(), list(store.numerics("s-1"))) == before


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_our_own_connection_can_only_append(statement: str) -> None:
    with Store.open(":memory:", rehearsal=True) as store:
        fill(store)
        with pytest.raises(engine.sqlite3.IntegrityError, match="append-only"):
            store.conn.execute(statement)


def test_strict_tables_take_no_text_for_a_number() -> None:
    with Store.open(":memory:", rehearsal=True) as store:
        with pytest.raises(engine.sqlite3.IntegrityError, match="cannot store TEXT"):
            store.conn.execute("INSERT INTO numeric (id, t_ms, session, source, hr) VALUES (1, 0, 1, 'x', 'high')")
        tables = store.conn.execute("SELECT name, strict FROM pragma_table_list WHERE type = 'table'").fetchall()
        assert {(n, s) for n, s in tables if not n.startswith("sqlite_")} == {
            ("entry", 1),
            ("numeric", 1),
            ("session_index", 1),
        }


def test_recursive_triggers_are_on_for_us() -> None:
    with Store.open(":memory:", rehearsal=True) as store:
        assert store.conn.execute("PRAGMA recursive_triggers").fetchone() == (1,)


def test_the_newest_schema_knows_every_metric_and_unit_of_the_catalogue() -> None:
    with Store.open(":memory:", rehearsal=True) as store:
        assert set(store._metrics) == set(METRICS)
        chain = store.chain()
        store.commit([chain.stage(draft(Kind.SESSION_OPENED))], [])
        values = dict.fromkeys(METRICS, (50.0, "valid"))
        row = rows(1)[0]
        store.commit([], [type(row)(t_ms=row.t_ms, session="s-1", source="x", device_ms=None, values=values)])
        units = {line["metric"]: line["unit"] for line in store.view("v_numeric", "s-1")}
        assert units == {name: metric.unit for name, metric in METRICS.items()}


def test_the_schema_also_works_on_the_system_library() -> None:
    conn = sqlite3.connect(":memory:", isolation_level=None)
    schema.migrate(conn)
    at = "2026-01-01T00:00:00.000Z"
    insert = "INSERT INTO entry VALUES (1, 's', 'c', 'vitals', ?, ?, '', '', NULL, NULL, ?, '', '')"
    conn.execute(insert, (at, at, '{"values":{"HR":60.5}}'))
    assert conn.execute("SELECT metric, value FROM v_observation").fetchall() == [("HR", 60.5)]
    conn.close()


def test_qualities_are_the_words_of_the_drivers_in_a_fixed_order() -> None:
    assert tuple(str(word) for word in Validity) == schema.QUALITIES


def test_an_older_file_is_brought_up_and_then_refused_by_the_older_program(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(path) as store:
        wanted = fill(store)
    later = (
        *schema.MIGRATIONS,
        ("ALTER TABLE numeric ADD COLUMN cvp REAL", "ALTER TABLE numeric ADD COLUMN cvp_q INTEGER"),
    )
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", later)
        patch.setattr(schema, "VERSION", schema.VERSION + 1)
        with Store.open(path) as store:
            assert store.entries() == wanted
            assert "CVP" in store._metrics
    with pytest.raises(LedgerNewer, match="later version"):
        Store.open(path)
    with Reader.open(path) as reader:
        assert reader.entries() == wanted
        assert list(reader.numerics("s-1")) == rows(30) + rows(30, 30) * 2


def test_a_migration_that_fails_leaves_the_old_version(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Store.open(path) as store:
        fill(store)
        before = schema.objects(store.conn)
        monkeypatch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE extra (a)", "CREATE nonsense")))
        with pytest.raises(engine.sqlite3.OperationalError):
            schema.migrate(store.conn, schema.VERSION + 1)
        assert schema.objects(store.conn) == before
        assert schema.version_of(store.conn) == schema.VERSION


def test_views_say_what_the_entries_say() -> None:
    with Store.open(":memory:", rehearsal=True) as store:
        fill(store)
        chain = store.chain()
        more = [
            draft(Kind.SESSION_OPENED, session="s-2", patient={"name": "B", "identifier": "2"}, weight_kg=50),
            draft(Kind.PLAN, session="s-2", dose_mg=35.0, minutes=40, weight_kg=70.0),
            draft(Kind.INFUSION_STARTED, session="s-2", rate_ml_per_h=75.0, mg_per_ml=1.0),
            draft(Kind.VITALS, session="s-2", values={"NIBP_SYS": 128.0, "NIBP_DIA": 79.0}),
            draft(Kind.GAP, session="s-2", from_ms=1, to_ms=2, why="recorder stopped"),
            draft(
                Kind.ALARM,
                session="s-2",
                **{"condition": "SPO2_LOW", "from": "PENDING", "to": "ACTIVE_UNACK", "value": 88},
            ),
        ]
        store.commit([chain.stage(one) for one in more], [])
        got = {name: list(store.view(name, "s-2")) for name in ("v_plan", "v_infusion", "v_gap", "v_alarm")}
        assert got["v_plan"][0]["dose_mg"] == 35.0
        assert got["v_infusion"][0]["rate_ml_per_h"] == 75.0
        assert got["v_gap"][0]["why"] == "recorder stopped"
        assert (got["v_alarm"][0]["to_state"], got["v_alarm"][0]["value"]) == ("ACTIVE_UNACK", 88)
        seen = {line["metric"]: line["value"] for line in store.view("v_observation")}
        assert seen == {"NIBP_SYS": 128.0, "NIBP_DIA": 79.0}
        assert len(list(store.view("v_note", "s-1"))) == 12
        assert [line["closed_at"] for line in store.view("v_session")] == ["2026-01-01T00:01:39.000Z", None]
        first = next(store.view("v_numeric", "s-1"))
        assert (first["t"], first["metric"], first["validity"]) == ("2026-01-01T00:00:00.000Z", "HR", "valid")


def test_a_file_of_the_first_version_gets_the_wider_view_of_observations(path: Path) -> None:
    with Store.open(path) as store:
        fill(store)
        chain = store.chain()
        store.commit([chain.stage(draft(Kind.PLAN, dose_mg=35.0, minutes=40, weight_kg=70.0))], [])
        store.conn.execute("DROP VIEW v_observation")
        store.conn.execute(schema._V_OBSERVATION)
        for name in ("v_plan", "v_duty", "v_adverse", "v_medication"):
            store.conn.execute(f"DROP VIEW {name}")
        store.conn.execute(next(sql for sql in schema.MIGRATIONS[0] if "VIEW v_medication" in sql))
        store.conn.execute("PRAGMA user_version = 1")
    with Store.open(path) as store:
        assert schema.version_of(store.conn) == schema.VERSION
        assert next(store.view("v_plan"))["dose_mg"] == 35.0 and list(store.view("v_medication")) == []
        assert "observation" in schema.objects(store.conn)["v_observation"]

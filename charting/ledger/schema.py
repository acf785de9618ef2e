"""Tables, triggers and views of a ledger file, as an ordered list of migrations keyed by ``PRAGMA
user_version``.

Our own ten lines instead of ``sqlite_utils.Migrations``: that one stores the wall-clock time of each
migration, and a rehearsed ledger must come out byte-identical. A migration that was released is never edited,
so it spells its metrics out instead of reading the catalogue; a test holds the newest schema against the
catalogue.
"""

# ruff: noqa: S608 - statements are put together from this file's own names

from __future__ import annotations

from charting.ledger.engine import FAULTS, sqlite3

APPLICATION_ID = 0x4B494C31  # "KIL1" in the file header: tells our ledgers from any other SQLite file
REHEARSAL_ID = 0x4B494C52  # "KILR": a rehearsed ledger, which may be replaced, unlike a chart
MARKS = (APPLICATION_ID, REHEARSAL_ID)

# words of drivers.core.measurement.Validity in the order of their stored number
QUALITIES = ("valid", "questionable", "invalid", "ongoing", "calibrating", "not_available")

_METRICS_1 = (
    ("HR", "/min"),
    ("PULSE_RATE", "/min"),
    ("SPO2", "%"),
    ("PERFUSION_INDEX", "%"),
    ("NIBP_SYS", "mm[Hg]"),
    ("NIBP_DIA", "mm[Hg]"),
    ("NIBP_MEAN", "mm[Hg]"),
    ("ART_SYS", "mm[Hg]"),
    ("ART_DIA", "mm[Hg]"),
    ("ART_MEAN", "mm[Hg]"),
    ("RESP_RATE", "/min"),
    ("ETCO2", "mm[Hg]"),
    ("FICO2", "mm[Hg]"),
    ("TEMP", "Cel"),
    ("PUMP_RATE", "mL/h"),
    ("PUMP_VOLUME", "mL"),
)

_ENTRY = """CREATE TABLE entry (
    seq INTEGER PRIMARY KEY,
    session TEXT,
    chair TEXT,
    kind TEXT NOT NULL,
    happened_at TEXT NOT NULL CHECK (happened_at GLOB '????-??-??T??:??:??.???Z'),
    entered_at TEXT NOT NULL CHECK (entered_at GLOB '????-??-??T??:??:??.???Z'),
    entered_by TEXT NOT NULL,
    source TEXT NOT NULL,
    supersedes INTEGER,
    reason TEXT,
    payload TEXT NOT NULL CHECK (json_valid(payload)),
    prev_hash TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT"""

_INDEXES = (
    "CREATE INDEX entry_by_session ON entry (session)",
    "CREATE INDEX entry_by_kind ON entry (kind, session) "
    "WHERE kind IN ('session_opened', 'session_closed', 'numerics')",
    "CREATE INDEX entry_by_correction ON entry (supersedes) WHERE supersedes IS NOT NULL",
    "CREATE INDEX numeric_by_session ON numeric (session)",
)

# derived from the entries, outside the chain, rebuilt by Store.open where it differs from v_session
_SESSION_INDEX = """CREATE TABLE session_index (
    session TEXT PRIMARY KEY,
    chair TEXT,
    opened_seq INTEGER NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT,
    patient TEXT,
    identifier TEXT,
    weight_kg REAL
) STRICT"""


def _numeric(metrics: tuple[tuple[str, str], ...]) -> str:
    pairs = "".join(f",\n    {name.lower()} REAL,\n    {name.lower()}_q INTEGER" for name, _ in metrics)
    return (
        "CREATE TABLE numeric (\n    id INTEGER PRIMARY KEY,\n    t_ms INTEGER NOT NULL,\n"
        f"    session INTEGER NOT NULL,\n    source TEXT NOT NULL,\n    device_ms INTEGER{pairs}\n) STRICT"
    )


def _guards(table: str, key: str) -> tuple[str, ...]:
    """Triggers that leave appending as the only way to write to ``table``. The insert trigger also stops
    REPLACE by tools that leave recursive_triggers off, where the delete trigger would not fire.
    """
    return (
        f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the chart is append-only: write a correction'); END",
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, 'the chart is append-only: nothing is deleted'); END",
        f"CREATE TRIGGER {table}_next BEFORE INSERT ON {table} "
        f"WHEN NEW.{key} IS NOT (SELECT coalesce(max({key}), 0) + 1 FROM {table}) "
        f"BEGIN SELECT RAISE(ABORT, 'the chart is append-only: {key} must be the next one'); END",
    )


_BY = "(SELECT max(c.seq) FROM entry c WHERE c.supersedes = e.seq) AS superseded_by"
_WHO = "e.seq, e.session, e.chair, e.happened_at, e.entered_at, e.entered_by, e.source"


def _view(name: str, kinds: tuple[str, ...], *fields: str) -> str:
    """A view of entries of ``kinds``, ``fields`` of the payload as columns (``key`` or ``key AS column``)."""
    words = (field.partition(" AS ") for field in fields)
    columns = "".join(f", e.payload ->> '$.{key}' AS \"{column or key}\"" for key, _, column in words)
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    return (
        f"CREATE VIEW {name} AS SELECT {_WHO}, e.kind{columns}, e.supersedes, e.reason, {_BY} "
        f"FROM entry e WHERE e.kind IN ({listed})"
    )


# the latest opening entry speaks for a session (corrections come later); a superseded closing does not count
_V_SESSION = """CREATE VIEW v_session AS SELECT o.session, o.chair,
    (SELECT min(f.seq) FROM entry f
        WHERE f.kind = 'session_opened' AND f.session = o.session) AS opened_seq,
    o.happened_at AS opened_at, c.happened_at AS closed_at,
    o.entered_by AS opened_by, c.entered_by AS closed_by,
    o.payload ->> '$.patient.name' AS patient, o.payload ->> '$.patient.identifier' AS identifier,
    CAST(o.payload ->> '$.weight_kg' AS REAL) AS weight_kg, o.payload ->> '$.preset.name' AS preset,
    o.payload ->> '$.zone' AS zone
FROM entry o LEFT JOIN entry c ON c.seq = (SELECT max(d.seq) FROM entry d WHERE d.kind = 'session_closed'
    AND d.session = o.session AND NOT EXISTS (SELECT 1 FROM entry x WHERE x.supersedes = d.seq))
WHERE o.kind = 'session_opened' AND o.seq = (SELECT max(g.seq) FROM entry g
    WHERE g.kind = 'session_opened' AND g.session = o.session)"""

_V_OBSERVATION = (
    f"CREATE VIEW v_observation AS SELECT {_WHO}, v.key AS metric, v.value AS value, "
    f"e.supersedes, e.reason, {_BY} "
    "FROM entry e, json_each(e.payload, '$.values') v WHERE e.kind = 'vitals'"
)


def _v_numeric(metrics: tuple[tuple[str, str], ...]) -> str:
    words = " ".join(f"WHEN {number} THEN '{word}'" for number, word in enumerate(QUALITIES))
    stamp = "strftime('%Y-%m-%dT%H:%M:%S', n.t_ms / 1000, 'unixepoch') || printf('.%03dZ', n.t_ms % 1000)"
    parts = (
        f"SELECT n.id, {stamp} AS t, n.t_ms, o.session, n.source, n.device_ms, '{name}' AS metric, "
        f"n.{name.lower()} AS value, '{unit}' AS unit, CASE n.{name.lower()}_q {words} END AS validity "
        f"FROM entry o JOIN numeric n ON n.session = o.seq WHERE n.{name.lower()}_q IS NOT NULL"
        for name, unit in metrics
    )
    return "CREATE VIEW v_numeric AS " + " UNION ALL ".join(parts)


_V_OBSERVATION_2 = _V_OBSERVATION.replace("e.kind = 'vitals'", "e.kind IN ('vitals', 'observation')")
_RUNNING = ("infusion_started", "infusion_held", "infusion_resumed", "rate_changed", "infusion_stopped")
_ALARM = (
    "condition",
    "subject",
    "priority",
    "from AS from_state",
    "to AS to_state",
    "value",
    "limit",
    "episode",
)
_PLAN = ("dose_mg", "mg_per_kg", "minutes", "mg_per_ml", "volume_ml", "rate_ml_per_h", "weight_kg")

_MEDICATION = (
    "what", "drug", "amount", "unit", "route", "ordered_by", "given_by", "controlled", "second.initials AS witness",
)  # fmt: skip
_DUTY = (
    "what",
    "who.initials AS who",
    "who.id AS who_id",
    "who.role AS role",
    "to.initials AS to_whom",
    "to.id AS to_id",
)
_ADVERSE = ("what", "event", "severity", "serious", "outcome", "split", "sys", "dia")

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        _ENTRY,
        _numeric(_METRICS_1),
        _SESSION_INDEX,
        *_INDEXES,
        *_guards("entry", "seq"),
        *_guards("numeric", "id"),
        _V_SESSION,
        _view("v_infusion", _RUNNING, "rate_ml_per_h", "mg_per_ml"),
        _view("v_alarm", ("alarm",), *_ALARM, "reason AS why"),
        _v_numeric(_METRICS_1),
        _V_OBSERVATION,
        _view("v_medication", ("plan",), *_PLAN),
        _view("v_note", ("note",), "text"),
        _view("v_gap", ("gap",), "from_ms", "to_ms", "why"),
    ),
    # 2: observations by one key, corrections, patient away, emergency
    (
        "DROP VIEW v_observation",
        _V_OBSERVATION_2,
    ),
    # 3: medication beside the plan, which so far was all of v_medication; who was on; adverse events
    (
        "DROP VIEW v_medication",
        _view("v_plan", ("plan",), *_PLAN),
        _view("v_medication", ("medication",), *_MEDICATION),
        _view("v_duty", ("duty",), *_DUTY),
        _view("v_adverse", ("adverse",), *_ADVERSE),
    ),
)
VERSION = len(MIGRATIONS)


def version_of(conn: sqlite3.Connection) -> int:
    """Schema version of an open file, 0 for an empty one. Raises sqlite3.Error."""
    return int(conn.execute("PRAGMA user_version").fetchone()[0])


def migrate(conn: sqlite3.Connection, up_to: int = VERSION, mark: int = APPLICATION_ID) -> None:
    """Bring the file to version ``up_to``, each step with its number and ``mark`` in one transaction. Raises
    sqlite3.Error.
    """
    for number in range(version_of(conn) + 1, up_to + 1):
        conn.execute("BEGIN IMMEDIATE")
        try:
            for statement in MIGRATIONS[number - 1]:
                conn.execute(statement)
            conn.execute(f"PRAGMA application_id = {mark}")
            conn.execute(f"PRAGMA user_version = {number}")
            conn.execute("COMMIT")
        except FAULTS:
            if conn.in_transaction:  # on a full disk SQLite has rolled back by itself
                conn.execute("ROLLBACK")
            raise


def objects(conn: sqlite3.Connection) -> dict[str, str]:
    """Name to CREATE statement of everything in the file, for ``verify``. Raises sqlite3.Error."""
    rows = conn.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {str(name): str(sql) for name, sql in rows}

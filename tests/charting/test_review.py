"""Which session is meant, and what the exports hold. Also: the README of the record is true."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from charting.ledger import schema
from charting.ledger.engine import connect
from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.model import Draft, Kind, NumericRow
from charting.review import NoSuchSession, export_csv, export_json, find_session

T0_MS = 1_767_225_600_000
README = Path(__file__).parents[2] / "charting" / "README.md"


def draft(kind: Kind, at_s: float, session: str, **payload: object) -> Draft:
    at_ms = T0_MS + int(at_s * 1000)
    return Draft(
        kind=kind,
        happened_at_ms=at_ms,
        entered_at_ms=at_ms,
        entered_by="=AB",
        source="viewer",
        session=session,
        chair="1",
        payload=payload,
    )


@pytest.fixture
def reader() -> Iterator[Reader]:
    """Two sessions; the second has a plan, values, a note and a vital sign below zero."""
    with Store.open(":memory:", rehearsal=True) as store:
        chain = store.chain()
        drafts = [
            draft(Kind.SESSION_OPENED, 0, "20260101-a", patient={"name": "A", "identifier": "1"}, weight_kg=60),
            draft(Kind.SESSION_CLOSED, 10, "20260101-a"),
            draft(Kind.SESSION_OPENED, 20, "20260102-b", patient={"name": "B", "identifier": "2"}, weight_kg=70),
            draft(Kind.PLAN, 21, "20260102-b", dose_mg=35.0),
            draft(Kind.PLAN, 22, "20260102-b", dose_mg=30.0),
            draft(Kind.NOTE, 23.5, "20260102-b", text='says "hm", then\nnothing'),
        ]
        numerics = [
            NumericRow(
                t_ms=T0_MS + 1000 * n,
                session="20260102-b",
                source="@dri",
                device_ms=T0_MS,
                values={"SPO2": (None, "invalid"), "HR": (-1.0, "questionable")},
            )
            for n in (22, 23, 24)
        ]
        store.commit([chain.stage(one) for one in drafts], numerics)
        yield store


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("20260101-a", "20260101-a"),
        ("20260101", "20260101-a"),
        ("2026", "20260102-b"),
        ("latest", "20260102-b"),
    ],
)
def test_a_session_is_found_by_its_beginning(reader: Reader, name: str, found: str) -> None:
    assert find_session(reader, name).session == found


@pytest.mark.parametrize(("name", "words"), [(None, "2 sessions"), ("2025", "begins with"), ("", "begins with")])
def test_no_such_session_is_one_sentence(reader: Reader, name: str | None, words: str) -> None:
    with pytest.raises(NoSuchSession, match=words):
        find_session(reader, name)


def test_one_session_needs_no_name() -> None:
    with Store.open(":memory:", rehearsal=True) as store:
        with pytest.raises(NoSuchSession, match="no session yet"):
            find_session(store, None)
        store.commit([store.chain().stage(draft(Kind.SESSION_OPENED, 0, "only"))], [])
        assert find_session(store, None).session == "only"


def test_json_holds_the_keys_of_the_contract_and_the_chain(reader: Reader) -> None:
    out = export_json(reader, "20260102-b", {"delivered_mg": 1.5})
    assert list(out) == ["session", "patient", "plan", "entries", "numerics", "summary", "chain"]
    assert list(out["chain"]) == ["first", "last", "head"]
    assert out["patient"] == {"name": "B", "identifier": "2"}
    assert out["plan"] == {"dose_mg": 30.0}
    assert out["summary"] == {"delivered_mg": 1.5}
    assert [entry["seq"] for entry in out["entries"]] == [3, 4, 5, 6]
    assert out["chain"]["first"]["seq"] == 3 and out["chain"]["last"]["seq"] == 6
    assert out["chain"]["head"] == msgspec.structs.asdict(reader.head())
    assert out["numerics"][0]["values"]["HR"] == {"value": -1.0, "unit": "/min", "validity": "questionable"}
    assert out["numerics"][0]["values"]["SPO2"]["value"] is None
    assert json.loads(json.dumps(out, allow_nan=False)) == out
    with pytest.raises(NoSuchSession):
        export_json(reader, "nobody", {})


def test_csv_is_one_table_on_one_time_axis_with_formulas_disarmed(reader: Reader) -> None:
    text = "".join(export_csv(reader, "20260102-b"))
    assert text.count("\r\n") == 8  # header, four entries, three records
    table = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [line["t"] for line in table] == sorted(line["t"] for line in table)
    assert [line["record"] for line in table] == ["entry", "entry", "entry", "numeric", "numeric", "entry", "numeric"]
    assert {line["entered_by"] for line in table if line["record"] == "entry"} == {"'=AB"}
    record = table[3]
    assert record["source"] == "'@dri"
    assert (record["hr"], record["hr_validity"], record["spo2"]) == ("-1.0", "questionable", "")
    assert record["t"] == "2026-01-01T00:00:22.000Z"
    assert json.loads(table[5]["payload"])["text"] == 'says "hm", then\nnothing'


def test_the_readme_lists_every_kind_and_every_view() -> None:
    lines = README.read_text().splitlines()
    listed = [match[1] for line in lines if (match := re.match(r"\| `([a-z_]+)` \|", line))]
    conn = connect(":memory:", "")
    schema.migrate(conn)
    views = [name for name in schema.objects(conn) if name.startswith("v_")]
    conn.close()
    assert listed == [*(str(kind) for kind in Kind), *views]

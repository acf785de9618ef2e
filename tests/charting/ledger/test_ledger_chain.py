"""The chain rule against an independent reading of the README, and what it refuses."""

from __future__ import annotations

import hashlib
import json
import math
from typing import Any

import pytest
from hypothesis import given, strategies as st

from charting.ledger.chain import GENESIS, Chain, Head, digest, from_iso, iso
from charting.ledger.errors import LedgerRefused
from charting.model import Draft, Entry, Kind

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
MS = st.integers(-62_135_596_800_000, 253_402_300_799_999)  # years 1 to 9999
DRAFTS = st.builds(
    Draft,
    kind=st.sampled_from(Kind),
    happened_at_ms=MS,
    entered_at_ms=MS,
    entered_by=TEXT,
    source=TEXT,
    session=st.none() | TEXT,
    chair=st.none() | TEXT,
    reason=st.none() | TEXT,
    payload=st.dictionaries(TEXT, JSON, max_size=4),
)


def hash_by_the_readme(entry: Entry) -> str:
    content = {
        "seq": entry.seq,
        "session": entry.session,
        "chair": entry.chair,
        "kind": entry.kind.value,
        "happened_at": iso(entry.happened_at_ms),
        "entered_at": iso(entry.entered_at_ms),
        "entered_by": entry.entered_by,
        "source": entry.source,
        "supersedes": entry.supersedes,
        "reason": entry.reason,
        "payload": entry.payload,
    }
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b((entry.prev_hash + text).encode(), digest_size=32).hexdigest()


@given(st.lists(DRAFTS, min_size=1, max_size=4))
def test_every_hash_follows_the_published_rule(drafts: list[Draft]) -> None:
    chain = Chain(Head())
    previous = GENESIS
    for seq, draft in enumerate(drafts, 1):
        entry = chain.stage(draft)
        assert (entry.seq, entry.prev_hash) == (seq, previous)
        assert entry.hash == hash_by_the_readme(entry)
        previous = entry.hash
    assert chain.head == Head(len(drafts), previous)


@given(MS)
def test_times_come_back_to_the_millisecond(at_ms: int) -> None:
    assert from_iso(iso(at_ms)) == at_ms


def test_times_are_written_as_the_contract_says() -> None:
    assert iso(1_767_225_600_007) == "2026-01-01T00:00:00.007Z"


def draft(**changes: Any) -> Draft:
    return Draft(
        **{
            "kind": Kind.NOTE,
            "happened_at_ms": 0,
            "entered_at_ms": 0,
            "entered_by": "AB",
            "source": "x",
            **changes,
        }
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"payload": {"value": math.nan}},
        {"payload": {"deep": [{"value": math.inf}]}},
        {"payload": {"value": b"bytes"}},
        {"payload": {"text": "\ud800"}},
        {"entered_by": "\udfff"},
        {"supersedes": 1},
        {"supersedes": 0},
        {"happened_at_ms": 10**18},
    ],
)
def test_what_cannot_be_written_is_refused_in_words_and_leaves_the_chain(changes: dict[str, Any]) -> None:
    chain = Chain(Head())
    with pytest.raises(LedgerRefused) as refused:
        chain.stage(draft(**changes))
    assert refused.value.sentence and "\n" not in refused.value.sentence
    assert chain.head == Head()


def test_a_staged_payload_is_the_one_that_will_be_read_back() -> None:
    entry = Chain(Head()).stage(draft(payload={"working": ("a", "b"), "nested": {1: 2}}))
    assert entry.payload == {"working": ["a", "b"], "nested": {"1": 2}}


def test_digest_sees_order_count_and_every_value() -> None:
    some = [(1, 10, 1, "x", None, "hr", 60.0, 0), (2, 11, 1, "x", None, "hr", 61.0, 0)]
    count, whole = digest(some)
    assert count == 2
    others = [some[::-1], some[:1], [some[0], (*some[1][:6], 61.5, 0)], [some[0], (*some[1][:7], 1)]]
    assert len({whole, *(digest(other)[1] for other in others)}) == 5

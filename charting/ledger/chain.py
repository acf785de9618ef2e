"""The chain rule, pure: what is hashed, and how an entry gets its place.

``hash`` = BLAKE2b-256 over the 64 hex characters of the previous hash and the canonical JSON of the entry:
UTF-8, keys sorted, no spaces, times as the text that is stored. Anyone can check it with ten lines in any
language.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

import msgspec

from charting.ledger.errors import LedgerRefused
from charting.model import Draft, Entry

GENESIS = "0" * 64
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode
_encode_row = msgspec.json.Encoder().encode


def iso(at_ms: int) -> str:
    """UTC ms as ISO 8601 with milliseconds and Z, the form stored and hashed. Refuses years outside 1 to
    9999.
    """
    try:
        return (_EPOCH + at_ms * _MS).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    except OverflowError as error:
        raise LedgerRefused(f"{at_ms} ms is no time of the years 1 to 9999", error) from error


def from_iso(text: str) -> int:
    """UTC ms of a stored time. Raises ValueError where ``text`` is none."""
    return (datetime.fromisoformat(text) - _EPOCH) // _MS


def payload_text(payload: dict[str, Any]) -> str:
    """``payload`` as the canonical JSON that is stored. Refuses NaN, infinity, lone surrogates and what is no
    JSON.
    """
    try:
        text = _encode(payload)
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise LedgerRefused(f"a chart entry holds finite numbers, text and lists only: {error}", error) from error
    return text


def canonical(fields: dict[str, object], payload: str) -> bytes:
    """The bytes that are hashed: ``fields`` (all but payload and hashes) with the stored ``payload`` put in.

    It is put in as it stands, not parsed, so that any change of the text is seen.
    """
    return msgspec.json.encode({**fields, "payload": msgspec.Raw(payload.encode())}, order="sorted")


def fields_of(draft: Draft, seq: int) -> dict[str, object]:
    """Columns of table ``entry`` for ``draft`` at ``seq``, without payload, prev_hash and hash."""
    return {
        "seq": seq,
        "session": draft.session,
        "chair": draft.chair,
        "kind": str(draft.kind),
        "happened_at": iso(draft.happened_at_ms),
        "entered_at": iso(draft.entered_at_ms),
        "entered_by": draft.entered_by,
        "source": draft.source,
        "supersedes": draft.supersedes,
        "reason": draft.reason,
    }


def entry_hash(prev_hash: str, content: bytes) -> str:
    """Hash of an entry whose canonical JSON is ``content``, as 64 hex characters."""
    return blake2b(prev_hash.encode() + content, digest_size=32).hexdigest()


def recomputed(columns: Sequence[str], record: Sequence[Any]) -> str | None:
    """Hash that a stored row of table ``entry`` should have; None where a cell is neither text nor number."""
    fields = dict(zip(columns, record, strict=True))
    payload, prev_hash, _ = fields.pop("payload"), fields.pop("prev_hash"), fields.pop("hash")
    if not isinstance(payload, str) or not isinstance(prev_hash, str) or bytes in map(type, fields.values()):
        return None
    return entry_hash(prev_hash, canonical(fields, payload))


class Head(msgspec.Struct, frozen=True):
    """End of a chain: ``seq`` and ``hash`` of its last entry."""

    seq: int = 0
    hash: str = GENESIS


class Chain:
    """Gives drafts their places. Stages in memory only: nothing is saved before ``Store.commit`` has
    returned.
    """

    def __init__(self, head: Head) -> None:
        self.head = head

    def stage(self, draft: Draft) -> Entry:
        """The next entry of the chain. Its payload is the one that will be read back: lists for tuples, text
        keys.

        Raises ``LedgerRefused`` and leaves the chain as it was.
        """
        seq = self.head.seq + 1
        if draft.supersedes is not None and not 1 <= draft.supersedes < seq:
            raise LedgerRefused(f"there is no entry {draft.supersedes} to correct")
        payload = payload_text(draft.payload)
        try:
            content = canonical(fields_of(draft, seq), payload)
        except UnicodeEncodeError as error:
            raise LedgerRefused(f"a text of the entry is no valid Unicode: {error}", error) from error
        own = entry_hash(self.head.hash, content)
        given = msgspec.structs.asdict(draft) | {"payload": json.loads(payload)}
        entry = Entry(**given, seq=seq, prev_hash=self.head.hash, hash=own)
        self.head = Head(seq, own)
        return entry


def digest(rows: Iterable[tuple[object, ...]]) -> tuple[int, str]:
    """Count and BLAKE2b-256 of numeric rows, for sealing. A row is (id, t_ms, session, source, device_ms,
    then metric, value, quality of each metric it carried); it is hashed as one JSON array and a line feed.
    """
    total = blake2b(digest_size=32)
    count = 0
    for row in rows:
        total.update(_encode_row(row) + b"\n")
        count += 1
    return count, total.hexdigest()

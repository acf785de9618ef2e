"""The session before as a ghost: whose it is, where it begins, how small it stays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from charting.ledger.reader import Reader
from charting.ledger.store import Store
from charting.model import Draft, Kind, NumericRow
from charting.review import ghost_before
from charting.session import State
from charting.trends import GHOST_HEART_S, MOST_GHOST_CUFFS, Bar, Bucket, Cuff, Ghost, Stream, Trend, ghost_of

MIN = 60_000
T0_MS = 1_767_225_600_000
DAY = 86_400_000


def trend(**more: Any) -> Trend:
    return msgspec.structs.replace(Trend(opened_ms=0, now_ms=90 * MIN, infusion=(Bar(6 * MIN, 46 * MIN, 60),)), **more)


def test_it_counts_from_the_start_of_its_infusion_and_takes_only_what_is_sure() -> None:
    cuffs = (
        Cuff(4 * MIN, 128, 78, 95, False, True),
        Cuff(8 * MIN, 250, 150, 190, False, False),  # the device did not vouch for it
        Cuff(9 * MIN, 150, None, None, False, True),
        Cuff(16 * MIN, 140, 85, None, True, True),
    )
    beats = tuple(Bucket(n * 10_000, 60, 90, 70 + n) for n in range(18))
    ghost = ghost_of(trend(cuffs=cuffs, streams=(Stream("PULSE_RATE", beats),)))
    assert ghost is not None
    assert ghost.cuffs == ((-120, 128, 78), (600, 140, 85))
    assert [after_s for after_s, _ in ghost.heart] == [-310, -250, -190]  # the last of each minute
    assert ghost.heart[-1] == (-190, 87)


def test_a_session_without_an_infusion_has_nothing_to_compare() -> None:
    assert ghost_of(trend(infusion=())) is None


def test_it_stays_small_whatever_came() -> None:
    cuffs = tuple(Cuff(n * 20_000, 120, 80, None, False, True) for n in range(1000))
    beats = tuple(Bucket(n * 10_000, 70.0, 70.0, 70.0) for n in range(6 * 360))
    ghost = ghost_of(trend(cuffs=cuffs, streams=(Stream("HR", beats),)))
    assert ghost is not None and len(ghost.cuffs) == MOST_GHOST_CUFFS and len(ghost.heart) <= 6 * 3600 // GHOST_HEART_S
    assert len(msgspec.msgpack.encode(ghost)) < 8000


def draft(kind: Kind, session: str, at_ms: int, **payload: object) -> Draft:
    return Draft(
        kind=kind, happened_at_ms=at_ms, entered_at_ms=at_ms, entered_by="KS", source="person", session=session,
        chair="Chair 1", payload=payload,
    )  # fmt: skip


def whole(session: str, at_ms: int, name: str, number: str, *, run: bool = True, close: bool = True) -> list[Draft]:
    """A session: opened, perhaps started after six minutes, perhaps closed after sixty."""
    made = [
        draft(
            Kind.SESSION_OPENED, session, at_ms, patient={"name": name, "identifier": number}, weight_kg=70.0,
            preset={"name": "standard", "version": 1, "digest": "d"}, zone="UTC",
        )
    ]  # fmt: skip
    if run:
        made.append(draft(Kind.INFUSION_STARTED, session, at_ms + 6 * MIN, rate_ml_per_h=60.0, mg_per_ml=1.0))
    return [*made, draft(Kind.SESSION_CLOSED, session, at_ms + 60 * MIN)] if close else made


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Alex on three days (the last without an infusion), Bo between, one of Alex's still open."""
    path = tmp_path_factory.mktemp("ghost") / "l.db"
    made = [
        *whole("a1", T0_MS, "TEST, Alex", "1980-01-01"),
        *whole("a2", T0_MS + DAY, "test,  ALEX", "1980-01-01"),
        *whole("b1", T0_MS + 2 * DAY, "TEST, Bo", "1980-01-01"),
        *whole("x1", T0_MS + 2 * DAY, "TEST, Alex", "1999-09-09"),
        *whole("a3", T0_MS + 3 * DAY, "TEST, Alex", "1980-01-01", run=False),
        *whole("a4", T0_MS + 4 * DAY, "TEST, Alex", "1980-01-01", close=False),
    ]
    values: dict[str, tuple[float | None, str]] = {
        "NIBP_SYS": (128.0, "valid"), "NIBP_DIA": (78.0, "valid"), "NIBP_MEAN": (95.0, "valid"), "HR": (72.0, "valid"),
    }  # fmt: skip
    at_ms = T0_MS + DAY + 10 * MIN
    with Store.open(path, rehearsal=True) as store:
        chain = store.chain()
        store.commit([chain.stage(d) for d in made], [])
        store.commit([], [NumericRow(t_ms=at_ms, session="a2", source="ge", device_ms=at_ms, values=values)])
    with Reader.open(path) as opened:
        yield opened


def state(session: str, days: float, name: str = "Test, alex", number: str = "1980-01-01") -> State:
    opened_ms = T0_MS + round(days * DAY)
    return State(session=session, chair="Chair 1", opened_ms=opened_ms, opened_seq=1, patient=name, identifier=number)


def test_it_is_the_last_closed_session_of_the_same_patient_that_had_an_infusion(reader: Reader) -> None:
    assert ghost_before(reader, state("new", 5)) == Ghost(T0_MS + DAY, ((240, 128.0, 78.0),), ((240, 72.0),))
    first = ghost_before(reader, state("a2", 1))
    assert first is not None and first.opened_ms == T0_MS and first.cuffs == ()


@pytest.mark.parametrize(
    ("session", "days", "name", "number"),
    [("a1", 0, "TEST, Alex", "1980-01-01"), ("n", 5, "TEST, Alexa", "1980-01-01"), ("n", 5, "TEST, Bo", "1999-09-09"),
     ("n", 5, "TEST, Alex", ""), ("n", 5, "", "1980-01-01")],
)  # fmt: skip
def test_nobody_else_is_taken_for_the_patient(
    reader: Reader, session: str, days: float, name: str, number: str
) -> None:
    assert ghost_before(reader, state(session, days, name, number)) is None

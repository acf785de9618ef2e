"""Signing: what is signed, by whom, what was charted since, and what is missing in the chart before."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from charting_makers import Chart

from charting.ledger.chain import Chain, Head
from charting.lines import line
from charting.model import Draft, Entry, Kind
from charting.people import Access, Person, Role, Signed
from charting.protocol import SEDATION
from charting.protocol_files import load_protocols
from charting.session import fold
from charting.sign import STATEMENT, SignError, signature, signatures, signed_by, signed_lines
from charting.summary import summary, words
from charting.unfinished import unfinished

MIN = 60_000
NURSE, BO = Signed("KS"), Signed("BO")


class Signable(Chart):
    """A chart whose entries are chained, so that a signature has a hash to name."""

    def __init__(self) -> None:
        super().__init__()
        self.chain = Chain(Head())

    def add(self, kind: Kind, payload: dict[str, Any], *args: Any, **more: Any) -> Entry:
        made = super().add(kind, payload, *args, **more)
        names = Draft.__struct_fields__
        self.entries[-1] = self.chain.stage(Draft(**{name: getattr(made, name) for name in names}))
        return self.entries[-1]

    def later(self, minutes: float) -> None:
        self.at_ms += round(minutes * MIN)

    def closed(self, **payload: Any) -> None:
        self.add(Kind.SESSION_CLOSED, payload, reason="home")

    def lacks(self) -> tuple[str, ...]:
        state = fold(self.entries)
        assert state is not None
        return unfinished(state, self.entries, (), None)

    def sign(self, who: Signed, read: str = "") -> Entry:
        made = signature(self.entries, (), None, who, read or self.entries[-1].hash, self.at_ms)
        self.entries.append(self.chain.stage(made))
        return self.entries[-1]


def over() -> Signable:
    """A session in which nothing was given, so that nothing was owed."""
    chart = Signable()
    chart.open()
    chart.later(5)
    chart.closed()
    return chart


def test_a_signature_names_the_chart_by_its_last_hash_and_says_who_in_words() -> None:
    chart = over()
    last = chart.entries[-1]
    chart.later(60)
    made = chart.sign(Signed("KS", Person("s2", "Kim S", "KS", Role.NURSE), Access.SIGNED))
    assert made.payload == {
        "session": "s-1", "first_seq": 1, "last_seq": 2, "last_hash": last.hash, "statement": STATEMENT,
        "missing": [], "staff": {"id": "s2", "role": "nurse"},
    }  # fmt: skip
    assert line(made) == f"SIGNED, up to entry 2: {STATEMENT}"
    assert signed_by(signatures(chart.entries)) == "signed by KS"
    assert signed_lines(signatures(chart.entries)) == ["Signed by KS, nurse, 2026-01-01 01:05 UTC"]


def test_an_open_session_cannot_be_signed() -> None:
    chart = Signable()
    chart.open()
    with pytest.raises(SignError, match="is open: end it"):
        chart.sign(NURSE)


def test_several_sign_and_none_twice_for_nothing_new() -> None:
    chart = over()
    chart.sign(NURSE)
    chart.sign(BO)
    assert signed_by(signatures(chart.entries)) == "signed by KS, BO"
    with pytest.raises(SignError, match="bo has signed this session already"):
        chart.sign(Signed("bo"))


def test_what_is_charted_later_stands_beside_every_signature_before_it() -> None:
    chart = over()
    chart.sign(NURSE)
    chart.add(Kind.NUMERICS, {"first_id": 1, "last_id": 2, "rows": 2, "digest": ""})  # seals rows that were there
    assert "CHANGED" not in signed_by(signatures(chart.entries))
    late = chart.add(Kind.NOTE, {"text": "forgotten"})
    chart.sign(BO)
    given = signatures(chart.entries)
    assert signed_by(given) == "signed by KS, BO; CHANGED after it was signed by KS"
    assert f"CHANGED after it was signed by KS: entries {late.seq}" in signed_lines(given)
    chart.sign(NURSE)  # read again, it can be signed again


def test_nobody_signs_what_they_have_not_read() -> None:
    chart = over()
    read = chart.entries[-1].hash
    chart.sign(BO)
    chart.sign(NURSE, read)  # another signature changes nothing of what was read
    chart.add(Kind.NOTE, {"text": "forgotten"})
    for said in (read, "no hash"):
        with pytest.raises(SignError, match="since it was read"):
            chart.sign(Signed("DR"), said)


@pytest.mark.parametrize(
    ("who", "why"),
    [
        (
            Signed("VV", Person("s5", "V", "VV", Role.VIEWER), Access.SIGNED),
            "a nurse or clinician signs a session; VV is here as viewer",
        ),
        (Signed("AD", Person("s1", "A", "AD", Role.ADMIN), Access.SIGNED), "AD is here as admin"),
        (Signed("XX", access=Access.EMERGENCY), "emergency access is none"),
        (Signed("XX", access=Access.NOBODY), "nobody is signed in"),
        (Signed("12"), "initials have a letter"),
    ],
)
def test_only_a_nurse_or_a_clinician_signs(who: Signed, why: str) -> None:
    with pytest.raises(SignError, match=why):
        over().sign(who)


def test_a_signature_days_later_moves_nothing_of_the_summary() -> None:
    chart = over()
    before = summary(chart.entries, ())
    assert "Not signed yet" in words(before)
    chart.later(3 * 24 * 60)
    chart.sign(BO)
    after = summary(chart.entries, ())
    assert {**after, "signed": []} == before
    assert words(after)[-1] == "Signed by BO, 2026-01-04 00:05 UTC"


# --- what is missing


def infused(minutes: float = 40, protocol: str = "") -> Signable:
    """A dose of 35 mg planned over 40 min that ran so long; then two hours in the chair."""
    chart = Signable()
    chart.open()
    if protocol:
        rules = msgspec.to_builtins(load_protocols()[protocol])
        chart.entries.clear()
        chart.chain = Chain(Head())
        named = {"id": protocol, "version": "1", "name": protocol, "digest": "", "rules": rules}
        patient = {"patient": {"name": "Test, A", "identifier": "1"}, "weight_kg": 70.0, "zone": "UTC"}
        preset = {"preset": {"name": "standard", "version": "1", "digest": ""}}
        chart.add(Kind.SESSION_OPENED, patient | preset | {"protocol": named})
    chart.plan()
    chart.later(10)
    chart.add(Kind.INFUSION_STARTED, {"rate_ml_per_h": 52.5, "mg_per_ml": 1.0})
    chart.later(minutes)
    chart.add(Kind.INFUSION_STOPPED, {}, reason="done")
    return chart


def rated(chart: Signable, event: str) -> None:
    chart.add(Kind.OBSERVATION, {"event": event, "text": event, "values": {event: 1}})


def pressed(chart: Signable) -> None:
    chart.add(Kind.VITALS, {"values": {"NIBP_SYS": 128, "NIBP_DIA": 80}})


def test_observations_that_nobody_charted_are_missing() -> None:
    chart = infused()
    chart.later(30)
    chart.closed()
    assert chart.lacks() == (
        "sedation rating: overdue once, the longest by 55 min",
        "BP at 40 min: not charted",
        "discharge vitals: overdue once, the longest by 30 min",
    )


def test_observations_in_time_are_not_missing_and_late_ones_are_told() -> None:
    chart = Signable()
    chart.open()
    chart.plan()
    chart.add(Kind.INFUSION_STARTED, {"rate_ml_per_h": 52.5, "mg_per_ml": 1.0})
    for _ in range(4):
        chart.later(10)
        rated(chart, SEDATION)
    chart.add(Kind.INFUSION_STOPPED, {}, reason="done")
    chart.later(12)
    pressed(chart)
    rated(chart, SEDATION)
    chart.later(2)
    chart.closed()
    assert chart.lacks() == (
        "BP at 40 min: charted 12 min late",
        "discharge vitals: overdue once, the longest by 12 min",  # from the stop on: no pressure came during the dose
    )


def test_a_schedule_of_the_protocol_is_asked_of_its_own_sessions() -> None:
    chart = infused(protocol="iv-standard")
    chart.closed(missing=["a pressure of the last 15 min (not known yet)"])
    rules = load_protocols()["iv-standard"]
    lacks = chart.lacks()
    texts = {row.text for row in rules.observations}
    assert {one.partition(":")[0] for one in lacks if one.partition(":")[0] in texts}
    assert lacks[-1] == "left without: a pressure of the last 15 min (not known yet)"


def test_a_dose_that_is_not_the_planned_one_and_an_open_account_are_told() -> None:
    chart = infused(20)
    drug = {"drug": "midazolam", "name": "midazolam", "unit": "mg", "controlled": True, "infused": False, "list": "1"}
    chart.add(Kind.MEDICATION, drug | {"what": "drawn", "amount": 5.0})
    wasted = chart.add(Kind.MEDICATION, drug | {"what": "wasted", "amount": 2.0})
    chart.closed()
    lacks = chart.lacks()
    assert "dose: 17.5 mg delivered, 35.0 mg planned" in lacks
    assert "account: midazolam: 5 mg drawn, 0 given, 2 wasted, 3 mg remaining" in lacks
    assert f"no witness: {line(wasted)}" in lacks
    chart.add(Kind.CORRECTION, {"what": line(wasted)}, supersedes=wasted.seq)
    assert not [one for one in chart.lacks() if one.startswith("no witness")]


def test_what_cannot_have_happened_then_is_told() -> None:
    chart = over()
    chart.later(5)
    note = chart.add(Kind.NOTE, {"text": "later"})
    assert chart.lacks() == (f"after the session was closed: {line(note)}",)
    chart.at_ms -= 60 * MIN
    early = chart.add(Kind.NOTE, {"text": "earlier"})
    assert f"before the session was opened: {line(early)}" in chart.lacks()

"""The acts about drugs beside the plan: given, drawn, wasted before a witness. Checked against the clinic's list, never
against a dose: the station knows none.
"""

from __future__ import annotations

import math
from typing import Any

from charting import doubts, doubts_session
from charting.delivered import delivered
from charting.medication import DRAWN, GIVEN, WASTED, Account, account_of, accounts
from charting.model import Kind
from charting.session import State
from station.drugs import Drug, one_of
from station.recorder.drafts import Drafted, Made, Present, Refusal, asked_of, open_state, text_of
from station.recorder.second import seconded
from station.wire import drug_acts as d

MOST = 100_000.0  # of anything in any unit of the list


def given(now: Present, act: d.Medicate) -> Drafted:
    """A drug was given, by somebody, ordered by somebody, for a reason."""
    open_state(now)
    drug = _drug(now, act.drug)
    route = one_of(act.route, drug.routes)
    if route is None:
        raise Refusal(f"{drug.name} goes by {', '.join(drug.routes)} on the clinic's list", "route")
    payload = _payload(now, GIVEN, drug, act.amount, act.unit) | {
        "route": route,
        "ordered_by": text_of(act.ordered_by, "ordered_by", "who ordered it"),
        "given_by": text_of(act.given_by, "given_by", "who gave it"),
    }
    return [Made(Kind.MEDICATION, payload, text_of(act.reason, "reason", "the reason for it"))]


def drawn(now: Present, act: d.Draw) -> Drafted:
    """A controlled drug was drawn up."""
    open_state(now)
    return [Made(Kind.MEDICATION, _payload(now, DRAWN, _controlled(now, act.drug), act.amount, act.unit))]


def wasted(now: Present, act: d.Waste) -> Drafted:
    """The rest of a controlled drug was thrown away, and another person saw it."""
    state = open_state(now)
    drug = _controlled(now, act.drug)
    payload = _payload(now, WASTED, drug, act.amount, act.unit)
    left = account_of(open_accounts(state, now.at_ms), drug.id, payload["unit"])
    if left is None:
        raise Refusal(f"no {drug.name} in {payload['unit']} was drawn here; chart first what was drawn", "drug")
    asked = doubts.raised(
        doubts_session.WASTE, doubts_session.Wasted(act.amount, left.remaining, payload["unit"], left.infused > 0)
    )
    witness = {"second": seconded(now, act.second)}
    return [Made(Kind.MEDICATION, payload | witness | asked_of(now, act, asked))]


def open_accounts(state: State, at_ms: int) -> tuple[Account, ...]:
    """The accounts of controlled drugs as they stand."""
    return accounts(state.care.doses, delivered(state, at_ms).mg)


def _drug(now: Present, typed: str) -> Drug:
    drug = now.beside.drugs.called(typed)
    if drug is None:
        raise Refusal(now.beside.drugs.unknown(typed), "drug")
    return drug


def _controlled(now: Present, typed: str) -> Drug:
    drug = _drug(now, typed)
    if not drug.controlled:
        raise Refusal(f"{drug.name} is no controlled drug on the clinic's list; it needs no account", "drug")
    return drug


def _payload(now: Present, what: str, drug: Drug, amount: float, unit: str) -> dict[str, Any]:
    if not (math.isfinite(amount) and 0 < amount <= MOST):
        raise Refusal("an amount is a number above zero", "amount")
    known = one_of(unit, drug.units)
    if known is None:
        raise Refusal(f"{drug.name} is counted in {' or '.join(drug.units)} on the clinic's list", "amount")
    return {
        "what": what, "drug": drug.id, "name": drug.name, "amount": amount, "unit": known,
        "controlled": drug.controlled, "infused": drug.infused,
        "counts_as": drug.counts_as or drug.id, "list": now.beside.drugs.version,
    }  # fmt: skip

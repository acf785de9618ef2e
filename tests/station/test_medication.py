"""Drugs beside the plan at the recorder: the clinic's list, the account of controlled ones, the witness, the end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from desk import Desk

from charting.lines import line
from charting.session import fold
from charting.summary import summary, words
from station.drugs import Drug, DrugList, check, load_drugs
from station.errors import Trouble
from station.recorder.acts import Refusal
from station.wire import messages as m
from station.wire.drug_acts import Draw, Medicate, Waste

ONDANSETRON: dict[str, Any] = {
    "drug": "ondan", "amount": 4.0, "unit": "MG", "route": "iv", "ordered_by": "Dr. Q", "given_by": "KS",
    "reason": "sick",
}  # fmt: skip


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.chair.beside.drugs = load_drugs(Path("nowhere"))
    made.begin()
    return made


def waste(amount: float, drug: str = "midazolam", second: str = "BO", confirmed: dict[str, str] | None = None) -> Waste:
    return Waste(drug=drug, amount=amount, unit="mg", second=second, confirmed=confirmed or {})


def refused(desk: Desk, act: Any) -> Refusal:
    with pytest.raises(Refusal) as refusal:
        desk.act(act)
    return refusal.value


def test_a_drug_given_is_a_line_with_everything_in_it(desk: Desk) -> None:
    entry = desk.act(Medicate(**ONDANSETRON))
    assert line(entry) == "ondansetron 4 mg IV, given by KS, ordered by Dr. Q: sick"
    assert entry.payload["list"] == "shipped 1"
    desk.journal.commit()
    row = next(iter(desk.store.view("v_medication")))
    assert [row[name] for name in ("what", "drug", "amount", "unit", "witness")] == [
        "given",
        "ondansetron",
        4,
        "mg",
        None,
    ]


@pytest.mark.parametrize(
    ("changed", "field", "said"),
    [
        ({"drug": "nifedipin"}, "drug", "not on the clinic's list"),
        ({"drug": "midazolan"}, "drug", "did you mean midazolam?"),
        ({"drug": "m"}, "drug", "not on the clinic's list"),  # midazolam or metoprolol
        ({"unit": "mL"}, "amount", "counted in mg"),
        ({"route": "IM"}, "route", "IV, ODT, PO"),
        ({"amount": 0.0}, "amount", "above zero"),
        ({"amount": float("nan")}, "amount", "above zero"),
        ({"ordered_by": " "}, "ordered_by", "empty"),
        ({"given_by": ""}, "given_by", "empty"),
        ({"reason": ""}, "reason", "empty"),
    ],
)
def test_what_is_missing_or_unknown_is_refused_at_its_field(
    desk: Desk, changed: dict[str, Any], field: str, said: str
) -> None:
    refusal = refused(desk, Medicate(**(ONDANSETRON | changed)))
    assert refusal.field == field and said in str(refusal)


def test_what_is_drawn_is_given_and_wasted_before_a_witness(desk: Desk) -> None:
    assert "chart first what was drawn" in str(refused(desk, waste(1)))
    desk.act(Draw(drug="midazolam", amount=5, unit="mg"))
    desk.act(Medicate(**(ONDANSETRON | {"drug": "midazolam", "amount": 2.0, "unit": "mg"})))
    assert "somebody else" in str(refused(desk, waste(3, second="n1")))
    refusal = refused(desk, waste(4))
    assert (refusal.confirm, refusal.why) == ("wasted_too_much", True)
    assert "only 3 mg are left. Were 4 mg wasted?" in str(refusal)
    entry = desk.act(waste(3))
    assert line(entry) == "wasted: midazolam 3 mg, witness BO"
    none_left = refused(desk, waste(1))
    assert "only 0 mg are left" in str(none_left)
    entry = desk.act(waste(1, confirmed={str(none_left): "broken ampoule"}))
    assert entry.payload["confirmed"][0]["why"] == "broken ampoule"
    state = fold(desk.chair.lines)
    assert state is not None and not [one for one in state.care.doses if one.seq == 0]


def test_only_a_controlled_drug_has_an_account(desk: Desk) -> None:
    assert "no controlled drug" in str(refused(desk, Draw(drug="ondansetron", amount=4, unit="mg")))


def test_the_end_asks_where_drawn_is_not_given_and_wasted(desk: Desk) -> None:
    desk.act(m.StopInfusion(reason="done"))
    desk.say(NIBP_SYS=120, NIBP_DIA=70)
    desk.run(1)
    desk.act(m.ManualVitals(values={"NIBP_SYS": 120.0, "NIBP_DIA": 70.0}))
    desk.act(Draw(drug="midazolam", amount=5, unit="mg"))
    refusal = refused(desk, m.CloseSession(reason="home"))
    assert (refusal.confirm, refusal.why) == ("drugs_unaccounted", True)
    assert "midazolam: 5 mg drawn, 0 given, 0 wasted, 5 mg remaining. End all the same" in str(refusal)
    desk.act(waste(5))
    desk.act(m.CloseSession(reason="home"))


def test_what_the_pump_gave_counts_as_given(desk: Desk) -> None:
    desk.act(Draw(drug="ketamine", amount=50, unit="mg"))
    desk.run(40 * 60)  # 35 mg at 52.5 mg/h
    desk.act(m.StopInfusion(reason="done"))
    desk.act(waste(14.8, drug="ketamine"))  # the syringe is read by eye
    desk.journal.commit()
    made = summary(desk.store.entries(), ())
    assert made["accounts"] == ["ketamine: 50 mg drawn, 0 given, 35.0 by the pump, 14.8 wasted, 0.2 mg remaining"]
    assert "Account: " + made["accounts"][0] in words(made)
    desk.act(m.CloseSession(reason="home", confirmed={m.WHATEVER: ""}))


def test_an_entry_that_was_a_slip_is_undone_visibly(desk: Desk) -> None:
    desk.act(Draw(drug="midazolam", amount=50, unit="mg"))
    desk.act(m.Undo())
    assert desk.chair.state is not None and desk.chair.state.care.doses == ()


def test_no_drug_of_the_shipped_list_has_a_dose() -> None:
    assert set(Drug.__struct_fields__) == {"id", "name", "units", "routes", "controlled", "infused", "counts_as"}
    assert "nifedipine" not in {one.name for one in load_drugs(Path("nowhere")).drug}


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (DrugList(), "version"),
        (
            DrugList("1", (Drug("a", "x", ("mg",), ("IV",)), Drug("b", "X", ("mg",), ("IV",)))),
            "name 'x' is given twice",
        ),
        (DrugList("1", (Drug("a", "x", (), ("IV",)),)), "units are empty"),
        (DrugList("1", tuple(Drug(n, n, ("mg",), ("IV",), infused=True) for n in "ab")), "only one drug"),
    ],
)
def test_a_clinics_list_is_checked(written: DrugList, said: str) -> None:
    with pytest.raises(Trouble, match=said):
        check(written, "drugs.toml")

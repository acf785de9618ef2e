"""The population's course of pressure and the texture of numbers (reference_data.md 2 and 3), measured."""

import itertools
import random

import numpy as np
import pytest

from simulators.bedside import Bedside
from simulators.patient import Constitution, Patient
from simulators.scenario import Event, Nurse, Person, Scenario

START_S = 360.0
INFUSION = [(START_S, 35 / 40), (START_S + 2400, 0.0)]
READ_MIN = (0, *range(5, 131, 5))


def cohort(people: int = 500, seed: int = 4) -> list[Patient]:
    """Drawn patients: ages 18-75, hypertension commoner from 50 on."""
    chance = random.Random(seed)
    drawn = []
    for number in range(people):
        age = chance.randint(18, 75)
        hypertensive = chance.random() < (0.4 if age >= 50 else 0.12)
        person = Person(age=age, hypertensive=hypertensive, response="drawn", seed=seed * 10_000 + number)
        drawn.append(Patient(person, INFUSION))
    return drawn


@pytest.fixture(scope="module")
def patients() -> list[Patient]:
    return cohort()


@pytest.fixture(scope="module")
def rises(patients: list[Patient]) -> tuple[np.ndarray, np.ndarray]:
    """True SBP and DBP over the constitution's own, one row a patient, one column a time of ``READ_MIN``."""
    curves = [patient.pressure([START_S + 60 * t for t in READ_MIN]) for patient in patients]
    sys = np.array([s - p.constitution.sys for (s, _), p in zip(curves, patients, strict=True)])
    dia = np.array([d - p.constitution.dia for (_, d), p in zip(curves, patients, strict=True)])
    return sys, dia


def at(minute: int) -> int:
    return READ_MIN.index(minute)


def test_mean_course(rises: tuple[np.ndarray, np.ndarray]) -> None:
    sys, dia = (rise.mean(axis=0) for rise in rises)
    assert abs(sys[at(0)]) < 1
    assert 0 < sys[at(5)] < 3 < sys[at(10)] < 6
    assert all(8 <= sys[at(t)] <= 13 for t in (30, 35, 40))
    assert sys.argmax() == at(40)
    assert all(0.58 <= dia[at(t)] / sys[at(t)] <= 0.75 for t in (30, 35, 40))
    assert all(abs(sys[at(t)]) < 1.5 for t in range(80, 131, 5))


def test_heart_rate_rises_a_little(patients: list[Patient]) -> None:
    times = np.array([START_S + 60 * 35])
    rate = np.mean([p._undisturbed(times)["hr"][0] - p.constitution.hr for p in patients])
    assert 2 <= rate <= 4


def test_individual_peaks_as_a_cuff_finds_them(patients: list[Patient], rises: tuple[np.ndarray, np.ndarray]) -> None:
    chance = random.Random(11)
    sessions = [t for t in READ_MIN if 0 < t <= 90]
    columns = [at(t) for t in sessions]
    maxima, passed = [], []
    for row in range(len(patients)):
        baseline = (
            np.mean([chance.gauss(0, 5) for _ in range(3)]),
            np.mean([chance.gauss(0, 4) for _ in range(3)]),
        )
        sys = max(rises[0][row, c] + chance.gauss(0, 5) - baseline[0] for c in columns)
        dia = max(rises[1][row, c] + chance.gauss(0, 4) - baseline[1] for c in columns)
        maxima.append(sys)
        passed.append(sys >= 40 or dia >= 25)
    assert 17 <= np.mean(maxima) <= 23
    assert 0.08 <= np.mean(passed) <= 0.19


def test_flat_responders_age_and_hypertension(patients: list[Patient]) -> None:
    rise = np.array([p.constitution.rise_mmhg for p in patients])
    older = np.array([p.person.age >= 50 for p in patients])
    hypertensive = np.array([p.person.hypertensive for p in patients])
    assert 0.08 <= (rise == 0).mean() <= 0.25
    assert rise.std() == pytest.approx(13, abs=4)
    # the same draw for everybody else: only age or diagnosis differs
    for seed in range(40):
        young, old, ill = (
            Constitution.of(Person(age=age, hypertensive=ill, response="drawn", seed=seed)).rise_mmhg
            for age, ill in ((30, False), (60, False), (30, True))
        )
        assert young <= old
        assert young <= ill
        assert (young == 0) == (old == 0) == (ill == 0)
    assert rise[older].mean() > rise[~older].mean()
    assert rise[hypertensive].mean() > rise[~hypertensive].mean()


SESSION = Scenario(
    name="texture",
    title="texture",
    duration_s=7200,
    nurse=(Nurse(at_s=360, command="start", mg_per_kg=0.5, minutes=40, mg_per_ml=1),),
)
# changes per minute, mean absolute step per second
MEASURED = {"pulse_rate": (13.1, 0.25), "spo2": (1.1, 0.024), "resp_rate": (3.9, 0.10), "etco2": (5.5, 0.33)}


def played(seed: int) -> Bedside:
    return Bedside(Scenario(name="t", title="t", duration_s=7200, nurse=SESSION.nurse, patient=Person(seed=seed)))


@pytest.fixture(scope="module")
def bedsides() -> list[Bedside]:
    return [played(seed) for seed in range(5)]


@pytest.mark.parametrize("name", MEASURED)
def test_texture(name: str, bedsides: list[Bedside]) -> None:
    steps = np.concatenate([np.abs(np.diff([getattr(b.readings(t), name) for t in range(7200)])) for b in bedsides])
    changes_per_min, step_per_s = MEASURED[name]
    assert 60 * (steps > 0).mean() == pytest.approx(changes_per_min, rel=0.4)
    assert steps.mean() == pytest.approx(step_per_s, rel=0.4)


def test_same_seed_same_readings_whatever_the_calls(bedsides: list[Bedside]) -> None:
    again = played(0)
    order = list(range(0, 7200, 37))
    random.Random(3).shuffle(order)
    assert all(again.readings(t) == bedsides[0].readings(t) for t in order)
    assert any(again.readings(t) != bedsides[1].readings(t) for t in order)


def test_cuff_rhythm_and_noise(bedsides: list[Bedside]) -> None:
    errors = []
    for bedside in bedsides:
        begins = [one.begin_s for one in bedside.determinations]
        assert begins[:3] == [15, 135, 255]
        assert {later - sooner for sooner, later in itertools.pairwise(begins[2:])} == {300}
        for one in bedside.determinations:
            assert 30 <= one.end_s - one.begin_s <= 40
            assert one.cuff is not None
            assert one.cuff.sys is not None and one.cuff.dia is not None and one.cuff.mean is not None
            assert one.cuff.sys > one.cuff.mean > one.cuff.dia
            errors.append(one.cuff.sys - bedside.patient.pressure([one.end_s])[0][0])
    assert np.std(errors) == pytest.approx(5, abs=1)


def test_the_last_reading_stays_while_the_next_is_taken(bedsides: list[Bedside]) -> None:
    first, second = bedsides[0].determinations[:2]
    shown = [bedsides[0].readings(t) for t in (first.begin_s - 1, first.begin_s, first.end_s, second.begin_s)]
    assert [(r.cuff, r.measuring) for r in shown if r] == [
        (None, False),
        (None, True),
        (first.cuff, False),
        (first.cuff, True),
    ]


@pytest.mark.parametrize(
    ("what", "how_much", "name", "low", "high"),
    [
        ("desaturation", 81, "spo2", 81, 81),
        ("bradycardia", 40, "hr", 36, 44),
        ("tachycardia", 140, "hr", 136, 144),
        ("vagal", 41, "hr", 37, 45),
        ("apnoea", 85, "resp_rate", 0, 0),
    ],
)
def test_events_reach_what_they_say(what: str, how_much: float, name: str, low: float, high: float) -> None:
    event = Event(at_s=600, what=what, how_much=how_much, for_s=180)
    bedside = Bedside(Scenario(name="e", title="e", duration_s=1200, event=(event,)))
    middle = [getattr(bedside.readings(t), name) for t in range(680, 700)]
    assert low <= min(middle) <= max(middle) <= high
    calm = [getattr(bedside.readings(t), name) for t in (590, 900)]
    assert all(not low <= value <= high for value in calm)


@pytest.mark.parametrize(("what", "sign"), [("hypertension", 1), ("hypotension", -1)])
def test_pressure_events_move_the_true_pressure(what: str, sign: int) -> None:
    event = Event(at_s=600, what=what, how_much=50, for_s=900)
    moved, still = Patient(Person(), [], [event]), Patient(Person(), [])
    difference = moved.pressure([1050])[0][0] - still.pressure([1050])[0][0]
    assert difference == pytest.approx(sign * 50)


def test_apnoea_flag_comes_after_twenty_seconds_and_saturation_follows() -> None:
    event = Event(at_s=600, what="apnoea", how_much=84, for_s=90)
    bedside = Bedside(Scenario(name="e", title="e", duration_s=1200, event=(event,)))
    shown = {t: one for t in range(590, 800) if (one := bedside.readings(t))}
    flagged = [t for t, one in shown.items() if one.apnoea]
    breathless = [t for t, one in shown.items() if one.resp_rate == 0]
    assert flagged[0] - breathless[0] == 20
    assert all(shown[t].etco2 is None for t in breathless)
    lowest = min(one.spo2 or 0 for one in shown.values())
    assert lowest == 84
    assert min(t for t, one in shown.items() if one.spo2 == lowest) > 645

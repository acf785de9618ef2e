"""GE DRI: the cuff is an event that comes once, and the handshake asks for no more than it needs."""

from __future__ import annotations

import struct

import pytest
from ge_records import BLANK, MEASURING, NIBP, OLD, T0, aux_at, cuff, cuffs, displ, fed, shown
from sample import S, numerics

from drivers.core.measurement import Validity
from drivers.ge_dri import Driver
from drivers.ge_dri.requests import request

# --- the cuff -----------------------------------------------------------------------------------------------------

A, B = cuff(120, 80, 95), cuff(131, 82, 99)


def test_a_reading_on_display_at_first_sight_is_questionable_and_sent_once() -> None:
    assert cuffs(fed(displ(0, A), displ(1, A), displ(2, A))) == [(120, "questionable", None)]


def test_first_sight_with_the_devices_own_time_is_valid_unless_old() -> None:
    assert cuffs(fed(aux_at(-30), displ(0, A))) == [(120, "valid", -30)]
    assert cuffs(fed(aux_at(-90), displ(0, cuff(120, 80, 95, OLD)))) == [(120, "questionable", None)]


def test_the_time_of_aux_that_follows_first_sight_makes_no_second_reading() -> None:
    assert len(cuffs(fed(displ(0, A), aux_at(-30), displ(1, A), aux_at(-30), displ(2, A)))) == 1


def test_two_timed_readings_a_second_apart_with_equal_values_are_two() -> None:
    said = fed(aux_at(0), displ(0, A), aux_at(1), displ(1, A), aux_at(1), displ(2, A))
    assert cuffs(said) == [(120, "valid", 0), (120, "valid", 1)]
    ids = {i.determination_id for i in numerics(said) if i.determination_id}
    assert ids == {f"ge_dri-{T0}-1", f"ge_dri-{T0 + 1}-2"}


def test_a_label_that_gets_young_is_a_new_reading_even_with_equal_values() -> None:
    old = cuff(120, 80, 95, OLD)
    assert cuffs(fed(displ(0, old), displ(1, old), displ(2, A), displ(3, A)))[1:] == [(120, "valid", 2)]


def test_values_that_change_after_measuring_are_a_new_reading() -> None:
    said = (displ(0, A), displ(1, cuff(120, 80, 95, MEASURING)), displ(2, A), displ(3, B), displ(4, B))
    assert cuffs(fed(*said))[1:] == [(131, "valid", 3)]


def test_values_that_change_without_measuring_are_not_charted_as_a_reading() -> None:
    assert len(cuffs(fed(displ(0, A), displ(1, B), displ(2, B)))) == 1


def test_a_young_label_over_the_old_values_while_the_cuff_inflates_waits() -> None:
    old, inflating = cuff(120, 80, 95, OLD), cuff(120, 80, 95, MEASURING)
    assert cuffs(fed(displ(0, old), displ(1, inflating), displ(2, inflating), displ(3, B)))[1:] == [(131, "valid", 3)]
    assert len(cuffs(fed(displ(0, old), displ(1, inflating), displ(2, old)))) == 1, "the measurement was broken off"


def test_no_reading_is_said_once_at_first_sight_and_once_when_one_disappears() -> None:
    said = fed(displ(0, BLANK), displ(1, BLANK), displ(2, A), displ(3, BLANK), displ(4, BLANK))
    assert cuffs(said) == [(None, "not_available", None), (120, "valid", 2), (None, "not_available", None)]
    assert {i.determination_id for i in numerics(said) if i.metric == "NIBP_MEAN" and i.value is None} == {None}


def test_old_numbers_that_appear_on_a_blank_display_have_no_known_time() -> None:
    assert cuffs(fed(displ(0, BLANK), displ(1, cuff(120, 80, 95, OLD))))[-1] == (120, "questionable", None)


def test_a_display_that_went_blank_for_a_moment_sends_no_reading_twice() -> None:
    told = cuffs(fed(displ(0, BLANK), displ(1, A), displ(2, BLANK), displ(3, A)))
    assert [one for one in told if one[0] is not None] == [(120, "valid", 1)]
    later = cuffs(fed(displ(0, BLANK), displ(1, A), displ(2, BLANK), displ(90, A)))
    assert [one for one in later if one[0] is not None] == [(120, "valid", 1), (120, "valid", 90)]


def test_aux_older_than_three_records_no_longer_speaks_for_the_cuff() -> None:
    said = (aux_at(0), displ(0, A), *(displ(n, A) for n in range(1, 5)), displ(5, cuff(131, 82, 99, MEASURING)))
    assert cuffs(fed(*said)) == [(120, "valid", 0), (131, "valid", 5)]
    assert len(cuffs(fed(*said, aux_at(5), displ(6, B)))) == 2, "the next time of AUX belongs to the reading just sent"


@pytest.mark.parametrize(("sys", "dia", "mean"), [(80, 120, 95), (120, 80, 130), (120, 80, 70), (100, 100, 100)])
def test_pressures_out_of_order_are_one_invalid_determination(sys: float, dia: float, mean: float) -> None:
    found = [i for i in numerics(fed(displ(0, cuff(sys, dia, mean)))) if i.metric.startswith("NIBP")]
    assert {(i.value, i.validity) for i in found} == {(None, Validity.INVALID)}
    assert len(found) == 3 and len({i.determination_id for i in found}) == 1


def test_a_missing_mean_does_not_spoil_the_pressures() -> None:
    found = shown(fed(displ(0, {**A, NIBP + 10: struct.pack("<h", -32767)})))
    assert found["NIBP_SYS"][0] == 120 and found["NIBP_DIA"][0] == 80
    assert found["NIBP_MEAN"] == (None, Validity.NOT_AVAILABLE)


# --- the handshake ------------------------------------------------------------------------------------------------


def asked(driver: Driver, seconds: range, answers: bool = False) -> dict[int, bytes]:
    """What the driver sends at which second."""
    sent = {}
    for second in seconds:
        if request_now := driver.tick(second * S):
            sent[second] = request_now
        if answers:
            list(driver.receive(displ(second), second * S))
    return sent


def test_a_deaf_line_is_asked_again_and_for_5_s_from_the_third_try() -> None:
    assert asked(Driver(), range(45)) == {
        0: request(1, 1),
        5: request(1, 1),
        10: request(1, 5),
        27: request(1, 5),
        44: request(1, 5),
    }


def test_tries_go_on_counting_when_the_port_is_opened_anew() -> None:
    driver = Driver()
    asked(driver, range(9))
    driver.reset()
    assert asked(driver, range(10, 12)) == {10: request(1, 5)}


def test_aux_is_asked_for_once_the_stream_runs() -> None:
    assert asked(Driver(), range(30), answers=True) == {0: request(1, 1), 1: request(4, 1)}


def test_aux_is_never_asked_again_where_it_stalls_the_stream() -> None:
    driver = Driver()
    asked(driver, range(4), answers=True)
    assert asked(driver, range(4, 10)) == {9: request(1, 1)}
    driver.reset()
    assert asked(driver, range(10, 60), answers=True) == {10: request(1, 1)}


def test_a_stall_much_later_is_not_blamed_on_aux() -> None:
    driver = Driver()
    asked(driver, range(30), answers=True)
    asked(driver, range(30, 40))
    driver.reset()
    assert request(4, 1) in asked(driver, range(40, 60), answers=True).values()


def test_a_line_that_comes_back_is_asked_for_each_second_again() -> None:
    driver = Driver()
    asked(driver, range(30))  # a pulled cable: from 10 s on it asks for 5 s
    assert asked(driver, range(30, 60), answers=True) == {31: request(1, 1), 32: request(4, 1)}
    assert driver.period_s == 1


def test_a_monitor_that_only_sends_each_five_seconds_is_probed_once_and_believed() -> None:
    driver = Driver()
    asked(driver, range(12))
    sent: dict[int, bytes] = {}
    for second in range(12, 200):
        if request_now := driver.tick(second * S):
            sent[second] = request_now
        if second % 5 == 0:
            list(driver.receive(displ(second), second * S))
    asked_for_one = [at for at, said in sent.items() if said == request(1, 1)]
    assert len(asked_for_one) == 1
    assert list(sent.values()).count(request(1, 5)) == 1
    assert driver.period_s == 5

"""The baseline rule: which readings make one, and what is said to be missing."""

from __future__ import annotations

import pytest

from charting.baseline import baseline, missing


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        ([], None),
        ([(124, 78)], None),
        ([(124, 78), (139, 80)], (131.5, 79, 2)),
        ([(124, 78), (140, 80)], None),
        ([(124, 78), (180, 100), (126, 80)], (126, 80, 3)),
        ([(124, 78), (180, 100), (126, 80), (128, 82)], (127, 81, 4)),
    ],
)
def test_the_median_of_three_or_of_two_that_agree(readings: list[tuple[float, float]], expected: object) -> None:
    assert baseline(readings) == expected
    assert bool(missing(readings)) is (expected is None)


def test_what_is_missing_is_said_in_words() -> None:
    assert missing([]) == "two readings that agree within 15 mmHg, or 3"
    assert missing([(124, 78)]) == "one more reading"
    assert missing([(124, 78), (150, 80)]) == "one more reading: these two are 26 mmHg apart"

"""Numbers as people read them: what was typed as it was typed, what was computed never rounded upwards."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal

EXACT_DIGITS = (
    14  # what is computed keeps so many: the noise of binary fractions ends behind them, no dose begins there
)
_TYPED_DIGITS = 12
_SHOWN_DIGITS = 4  # decimals of a computed number, the zeros it begins with not counted
_PLAIN = 1e15  # from here on a number is written with an exponent


def exact(value: float) -> float:
    """``value`` without the noise of binary fractions: 0.1 x 3 is 0.3, so that no limit is crossed by noise."""
    return float(f"{value:.{EXACT_DIGITS}g}")


def said(value: float) -> str:
    """``value`` as a person typed it: a long number is not written with an exponent."""
    return _plain(value) if abs(value) < _PLAIN else f"{value:g}"  # NaN and infinity have words of their own


def computed(value: float) -> str:
    """``value``, the digits that are not shown cut off and marked: 36.3636... for 400 / 11. Nothing is rounded upwards,
    and what is not exact does not look exact.
    """
    text = said(value)
    whole, _, decimals = text.partition(".")
    zeros = len(decimals) - len(decimals.lstrip("0")) if whole in ("0", "-0") else 0
    shown = zeros + _SHOWN_DIGITS
    return text if len(decimals) <= shown else f"{whole}.{decimals[:shown]}..."


def floored(value: float, step: float) -> float:
    """The nearest multiple of ``step`` that is not above ``value``."""
    steps = (Decimal(_plain(value)) / Decimal(_plain(step))).to_integral_value(rounding=ROUND_FLOOR)
    return float(steps * Decimal(_plain(step)))


def _plain(value: float) -> str:
    """The shortest decimal of ``value`` in at most twelve digits, without an exponent."""
    text = f"{value:.{_TYPED_DIGITS}g}"
    return f"{Decimal(text):f}" if "e" in text else text

"""Which model of the plasma a viewer shows: none at first, then each in turn.

The models, and numpy with them, are loaded by the first press of the key: a viewer that shows none pays nothing.
"""

from __future__ import annotations

import msgspec

from charting.trends import Trend

NONE_SHOWN = "no model of the plasma shown"


class Modelling:
    """Counts the presses of the key; ``put_into`` puts the model's curve into a session's."""

    def __init__(self) -> None:
        self._shown = 0  # place of the model, from 1; 0 is none

    def next(self) -> str:
        """Go on by one: which model it is, and from where."""
        from charting.plasma import MODELS

        self._shown = (self._shown + 1) % (len(MODELS) + 1)
        if not self._shown:
            return NONE_SHOWN
        model = MODELS[self._shown - 1]
        return f"{model.text} ({model.source})"

    def put_into(self, trend: Trend) -> Trend:
        """``trend`` with the curve of the model shown; itself where there is none, in it or asked for."""
        if not self._shown:
            return trend if trend.plasma is None else msgspec.structs.replace(trend, plasma=None)
        from charting.plasma import MODELS, curve

        return msgspec.structs.replace(trend, plasma=curve(MODELS[self._shown - 1], trend.in_vein, trend.now_ms))

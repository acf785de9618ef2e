"""``sessions report --plasma``: what models say of the plasma in a charted session. Read-only."""

from __future__ import annotations

from pathlib import Path

from charting.into_vein import in_vein
from charting.plasma import MODELS
from charting.plasma_page import plasma_lines
from charting.review import find_session
from charting.session import fold
from station.clock import Clock
from station.errors import USAGE, Trouble
from station.sessions import give, reading


def plasma_report(ledger: Path | None, session: str | None, model: str | None, out: Path | None) -> int:
    """A table by every model, or by those whose id begins with ``model``: up to the session's end, or to now."""
    models = [one for one in MODELS if one.id.startswith((model or "").casefold())]
    if not models:
        raise Trouble(f"there is no model {model}; there are {', '.join(one.id for one in MODELS)}", USAGE)
    with reading(ledger) as reader:
        found = find_session(reader, session)
        state = fold(reader.entries(found.session))
    if state is None:
        raise Trouble(f"no entry opens session {found.session}")
    clock = Clock()
    until_ms = state.closed_ms if state.closed_ms is not None else clock.utc_ms(clock.now_ns())
    lines = (f"Session {found.session}", *plasma_lines(in_vein(state, until_ms), models, until_ms))
    return give("\n".join(lines) + "\n", out)

"""``review``: look back at charted sessions in the terminal. Read-only; works while a recorder writes."""

from __future__ import annotations

import sys
from pathlib import Path

from charting.ledger.errors import LedgerError
from charting.ledger.reader import Reader
from charting.review import find_session
from station.config import folders
from station.errors import Trouble


def review(ledger: Path | None, session: str | None) -> int:
    """The list of sessions, or the one named (as in ``sessions show``)."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Trouble("the review needs a terminal; without one, try: infusion-station sessions show")
    path = ledger or folders().ledger
    try:
        with Reader.open(path) as reader:
            name = find_session(reader, session).session if session is not None else None
    except LedgerError as error:
        raise Trouble(error.sentence) from None
    from station.tui.chosen import chosen
    from station.tui.review_app import run_review

    return run_review(path, name, chosen(folders().config))

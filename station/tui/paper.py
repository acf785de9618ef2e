"""The paper sheet at the chair: its rows as they were due, what is typed of them, and what is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from textual import work

from charting.model import MINUTE_MS
from charting.paper import PaperError, Rating, Row, Sheet, sheet_of
from charting.paper_entry import Written, checked_ms, written
from charting.paper_words import asked_text
from charting.trends import Trend
from drivers.core.text import clean
from station.tui.connection import Answer
from station.tui.doses import from_paper
from station.tui.observing import Observing
from station.tui.screens.minutes import LONGEST_MIN
from station.tui.screens.paper import PaperScreen, Typing
from station.tui.sending import about
from station.wire.client import ConnectionGone
from station.wire.messages import Act, ChairView, Infusion, ManualVitals, QuickEvent, Saved, Tile

BEGAN = "A session that is over, from paper: when was it opened? 10:05, or minutes ago. Enter"
SPARE = 3  # rows for what was not planned


class Times(NamedTuple):
    """What the chart says of the session's times, UTC ms; None for what it does not."""

    now_ms: int
    opened_ms: int | None
    started_ms: int | None


class Papering(Observing):
    """An app in which the paper sheet is typed back."""

    def times(self) -> Times:
        """Of the session shown."""
        raise NotImplementedError

    @work(group="form")
    async def action_paper(self) -> None:
        """Type the paper sheet of this session back."""
        view = self.shown
        if view is not None and view.session is None:
            await self._begin_from_paper(view)
            return
        if view is None or not self._taken("paper", view) or not await self._initials():
            return
        try:
            known = await self._look(view.chair, view.patient, view.identifier)
            times = times_of(self.times(), (await self.follower.trend(view.chair)).trend, view.infusion)
            sheet = sheet_of(known.protocol, known=ratings_of(view.events))
        except (ConnectionGone, PaperError) as error:
            self.say(f"no paper sheet: {clean(str(error))}", "bad")
            return
        ratings = charted_here(sheet.ratings, view.events)
        screen = PaperScreen(
            about(view), title_of(ratings), labels_of(sheet, times), self._typing(view, times, ratings)
        )
        rows = await self.asked(screen)
        if rows:
            self.say(f"from paper: {rows} {'row' if rows == 1 else 'rows'} charted", "bold")

    async def _begin_from_paper(self, view: ChairView) -> None:
        """Open a session that is over: when it began, then whose it was."""
        if await self._one_key.ago(BEGAN):
            await self._fill(from_paper(view.protocols), view, clean(view.chair))
            self._one_key.drop()  # a form that was left takes its time along

    def _typing(self, view: ChairView, times: Times, ratings: tuple[Rating, ...]) -> Typing:
        def acts(row: Written) -> tuple[int, tuple[Act, ...]]:
            return checked_ms(row.minute, self.times().now_ms, LONGEST_MIN, times.opened_ms), acts_of(row)

        async def send(act: Act, at_ms: int) -> Answer | None:
            ago_s = max(self.times().now_ms - at_ms, 0) / 1000
            answer = await self.carried(view.chair, self.by, act, ago_s, view.session)
            if isinstance(answer, Saved):
                self.say(f"saved #{answer.seq}", "bold")
            return answer

        return Typing(lambda text: written(text, ratings), acts, send)


def times_of(known: Times, trend: Trend | None, infusion: Infusion) -> Times:
    """``known`` with what the curves say of the session, and of a dose without a pump its first part, as long
    as it is the only one.
    """
    starts = [bar.start_ms for bar in trend.infusion] if trend is not None else []
    if infusion.given == 1 and infusion.given_s is not None:
        starts.append(known.now_ms - round(infusion.given_s * 1000))
    opened_ms = trend.opened_ms if trend is not None else None
    return known._replace(opened_ms=opened_ms, started_ms=min(starts, default=None))


def ratings_of(events: Iterable[Tile]) -> dict[str, Rating]:
    """The quick events of a chair as columns of the sheet."""
    return {one.id: Rating(one.id, clean(one.text), one.lowest, one.highest, one.words) for one in events}


def charted_here(ratings: Sequence[Rating], events: Iterable[Tile]) -> tuple[Rating, ...]:
    """``ratings``, without a range where no quick event of this chair charts one."""
    here = ratings_of(events)
    return tuple(here.get(one.id, one._replace(lowest=None, highest=None)) for one in ratings)


def acts_of(row: Written) -> tuple[Act, ...]:
    """A row as acts, one a thing."""
    vitals = (ManualVitals(values=row.values, paper=True),) if row.values else ()
    return (*vitals, *(QuickEvent(event=event, rating=n, paper=True) for event, n in row.ratings.items()))


def title_of(ratings: Sequence[Rating]) -> str:
    """How a row is written."""
    named = " ".join(clean(one.id).replace("_", " ") for one in ratings)
    example = " ".join(str(one.highest if one.id == "sedation" else one.lowest or 0) for one in ratings)
    return f"From paper: time BP pulse SpO2 {named}\nsuch as 10:05 132/84 78 97 {example}; - leaves one out"


def due_text(row: Row, ratings: Sequence[Rating]) -> str:
    """What a row asks for, short: every rating is a rating."""
    named = {one.id for one in ratings}
    measured = asked_text(row._replace(asked=tuple(one for one in row.asked if one not in named)))
    asked = ", ".join(part for part in (measured, "ratings" if named & set(row.asked) else "") if part)
    return asked or ", ".join(row.says)


def labels_of(sheet: Sheet, times: Times, zone: tzinfo | None = None) -> tuple[str, ...]:
    """The rows that were due by now and can still be charted, each with its time and what it asks for, and rows to
    spare. Without a start in the chart every row counts from it.
    """
    labels = []
    for row in sheet.rows:
        if row.minute is None or times.started_ms is None:
            when = sheet.clock(row.minute)
        else:
            due_ms = times.started_ms + round(row.minute * MINUTE_MS)
            if not times.now_ms - LONGEST_MIN * MINUTE_MS <= due_ms <= times.now_ms:
                continue
            when = datetime.fromtimestamp(due_ms / 1000, UTC).astimezone(zone).strftime("%H:%M")
        labels.append(f"{when}  {due_text(row, sheet.ratings)}")
    return (*labels, *("other  " for _ in range(SPARE)))

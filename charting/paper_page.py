"""The paper sheet as A4 pages: black on white, boxes large enough for a pen. Pure.

A cell that is due at its time is white, any other grey, and both can be written on. Each page asks for the patient: a
page that lost its neighbour is still somebody's.
"""

from __future__ import annotations

from typing import NamedTuple

from charting.gates import Gate
from charting.paper import Row, Sheet, device_count, gate_lines
from charting.paper_words import acts_of, amount_of, dose_boxes, heading, notes_of
from charting.pdf import A4_HEIGHT, A4_WIDTH, Page, document, width, wrapped

_LEFT, _TOP, _BOTTOM = 30.0, 22.0, A4_HEIGHT - 20.0  # what printers leave free anyway
_WIDE = A4_WIDTH - 2 * _LEFT
_SMALL, _PLAIN, _LARGE = 6.5, 8.0, 13.0
_ROW, _ACT, _BOX = 18.0, 16.0, 26.0  # heights
_NOT_DUE = 0.86  # grey
_SPARE, _EVENT_LINES = 2, 3  # rows for what was not planned, lines for drugs and events


class _Column(NamedTuple):
    id: str
    head: str
    wide: float


def pdf_of(sheet: Sheet) -> bytes:
    """The sheet as a PDF."""
    return document(pages_of(sheet), f"{sheet.protocol.name}: paper sheet")


def pages_of(sheet: Sheet) -> tuple[Page, ...]:
    """The sheet drawn, with the number of each page on it."""
    flow = _Flow(sheet)
    flow.dose()
    flow.gate(sheet.gate)
    flow.observations()
    acts = tuple(one._replace(head=amount_of(sheet.protocol)) if one.id == "amount" else one for one in _ACTS)
    flow.table("Acts, with the real time", acts, acts_of(sheet.protocol, device_count(sheet.protocol, sheet.dose_mg)))
    flow.table("Other drugs and events, with the real time", _EVENTS, ("",) * _EVENT_LINES)
    flow.leaving()
    flow.signatures()
    for number, page in enumerate(flow.pages, 1):
        told = f"page {number} of {len(flow.pages)}"
        page.text(_LEFT + _WIDE - width(told, _PLAIN), _TOP + 8, told)
    return tuple(flow.pages)


_ACTS = (
    _Column("act", "", 62), _Column("time", "Time", 52), _Column("amount", "", 62),
    _Column("reason", "Reason", 277), _Column("by", "Initials", 82),
)  # fmt: skip
_EVENTS = (
    _Column("what", "What", 154), _Column("time", "Time", 52), _Column("dose", "Dose, route", 102),
    _Column("ordered", "Ordered by", 72), _Column("course", "How it went on", 103), _Column("by", "Initials", 52),
)  # fmt: skip


class _Flow:
    """Draws from the top down, and goes on on a new page where something does not fit."""

    def __init__(self, sheet: Sheet) -> None:
        self._sheet = sheet
        self.pages: list[Page] = []
        self._turn()

    def _turn(self) -> None:
        self._page = Page()
        self.pages.append(self._page)
        title, *lines = heading(self._sheet)
        self._page.text(_LEFT, _TOP + 9, title, _LARGE, bold=True)
        self._y = _TOP + 12
        for n, said in enumerate(lines if len(self.pages) == 1 else lines[:1]):
            for part in wrapped(said, _PLAIN, _WIDE):
                self._y += 10
                self._page.text(_LEFT, self._y, part, _PLAIN, n == 0)
        self._y += 5
        self._boxes(("Patient's name", 200), ("Birth date / record no", 130), ("Date", 75), ("Chair", 45),
                    ("Both checked by", 85))  # fmt: skip

    def _room(self, high: float) -> None:
        if self._y + high > _BOTTOM:
            self._turn()

    def _boxes(self, *named: tuple[str, float] | tuple[str, float, str]) -> None:
        """A row of boxes to write into: what is asked, how wide, and what is known already."""
        self._room(_BOX)
        x, part = _LEFT, _WIDE / sum(one[1] for one in named)
        for asked, wide, *known in named:
            self._page.box(x, self._y, wide * part, _BOX)
            self._page.text(x + 2, self._y + 7, asked, _SMALL)
            if known and known[0]:
                self._page.text(x + 4, self._y + 21, known[0], 11, bold=True)
            x += wide * part
        self._y += _BOX + 2

    def _lines(self, text: str, bold: bool = False) -> None:
        for part in wrapped(text, _PLAIN, _WIDE):
            self._room(10)
            self._y += 9.5
            self._page.text(_LEFT, self._y, part, _PLAIN, bold)

    def dose(self) -> None:
        """The boxes of the dose, and what was typed of it."""
        self._boxes(*dose_boxes(self._sheet))
        for one in self._sheet.dose:
            self._lines(one)

    def gate(self, gate: Gate) -> None:
        """The gate with its three sets of lines, and what is asked first at a high pressure."""
        self._lines(f"Gate: {gate.name}   (another one in use: ____________________________ )", bold=True)
        for note in (*gate_lines(gate), *notes_of(self._sheet.protocol)):
            self._lines(note)
        self._y += 4

    def observations(self) -> None:
        """The due times, and rows for what was not planned."""
        columns = self._columns()
        self._head(columns)
        for row in (*self._sheet.rows, *(Row(None, (), ()),) * _SPARE):
            if self._y + _ROW > _BOTTOM:
                self._turn()
                self._head(columns)
            self._observation(columns, row)
        self._y += 5

    def _columns(self) -> tuple[_Column, ...]:
        ratings = self._sheet.ratings
        each = min(52.0, 150 / len(ratings))
        ranges = (f" {r.lowest}-{r.highest}" if r.lowest is not None else "" for r in ratings)
        fixed = (
            _Column("due", "Due", 42), _Column("says", "", 108), _Column("time", "Time", 46),
            _Column("bp", "BP sys/dia", 68), _Column("pulse", "Pulse", 42), _Column("spo2", "SpO2 %", 42),
            *(_Column(r.id, f"{r.id.replace('_', ' ')}{of}", each) for r, of in zip(ratings, ranges, strict=True)),
        )  # fmt: skip
        return (*fixed, _Column("by", "Remarks, initials", _WIDE - sum(one.wide for one in fixed)))

    def _head(self, columns: tuple[_Column, ...]) -> None:
        x = _LEFT
        for one in columns:
            self._page.box(x, self._y, one.wide, _ROW, thick=0.9)
            for n, part in enumerate(wrapped(one.head, _SMALL, one.wide - 3)[:2]):
                self._page.text(x + 2, self._y + 8 + 8 * n, part, _SMALL, bold=False)
            x += one.wide
        self._y += _ROW

    def _observation(self, columns: tuple[_Column, ...], row: Row) -> None:
        extra = row.minute is None and not row.asked
        asked = {"time", "by", *row.asked}
        x = _LEFT
        for one in columns:
            white = extra or one.id in asked or one.id in ("due", "says")
            self._page.box(x, self._y, one.wide, _ROW, grey=None if white else _NOT_DUE)
            if one.id == "due" and not extra:
                self._page.text(x + 2, self._y + 13, self._sheet.clock(row.minute), 9, bold=True)
            if one.id == "says":
                said = wrapped(", ".join(row.says), _SMALL, one.wide - 4)[:2]
                for n, part in enumerate(said):
                    self._page.text(x + 2, self._y + (12 if len(said) == 1 else 8) + 8 * n, part, _SMALL)
            x += one.wide
        self._y += _ROW

    def table(self, title: str, columns: tuple[_Column, ...], lines: tuple[str, ...]) -> None:
        """Lines to write on, each begun with a word or empty."""
        self._room(24 + _ACT)
        head = True
        for line in lines:
            if self._y + _ACT > _BOTTOM:
                self._turn()
                head = True
            if head:
                x = _LEFT
                self._page.text(x, self._y + 8, title, _PLAIN, bold=True)
                self._y += 12
                for one in columns:
                    self._page.text(x + 2, self._y + 7, one.head, _SMALL)
                    x += one.wide
                self._y += 9
                head = False
            x = _LEFT
            for one in columns:
                self._page.box(x, self._y, one.wide, _ACT)
                x += one.wide
            self._page.text(_LEFT + 2, self._y + 12, line, 9, bold=True)
            self._y += _ACT
        self._y += 5

    def leaving(self) -> None:
        """The criteria to tick, and what is said to who leaves."""
        sheet = self._sheet
        self._room(60)
        self._lines(f"Leaving: as planned not before {sheet.clock(sheet.leave_min)}, and only when all of this is true",
                    bold=True)  # fmt: skip
        for one in sheet.criteria:
            self._tick(one)
        for one in sheet.protocol.leave:
            self._tick(f"told: {one}")
        self._y += 4

    def _tick(self, text: str) -> None:
        for n, part in enumerate(wrapped(text, _PLAIN, _WIDE - 14)):
            self._room(12)
            if not n:
                self._page.box(_LEFT + 1, self._y + 3, 7, 7)
            self._y += 10.5
            self._page.text(_LEFT + 14, self._y - 0.5, part, _PLAIN)

    def signatures(self) -> None:
        """Who signs, and who entered the sheet into the station."""
        self._boxes(("Left at", 60), ("With whom", 110), ("Nurse: name, signature", 130),
                    ("Clinician: name, signature", 130), ("Entered into the station by, on", 105))  # fmt: skip

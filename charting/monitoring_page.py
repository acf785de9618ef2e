"""The draft of the monitoring form as text, as HTML and as PDF: the word DRAFT stands on every page of each. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from charting.monitoring_form import DRAFT, TITLE, Form
from charting.pdf import A4_HEIGHT, A4_WIDTH, Page, document, width, wrapped

_ASKED = 38  # columns of what is asked, in the text
_LEFT, _TOP, _BOTTOM = 40.0, 30.0, A4_HEIGHT - 34.0
_WIDE = A4_WIDTH - 2 * _LEFT
_SAID = 175.0  # from the left edge to what the chart says
_PLAIN, _HEAD, _LINE = 9.0, 14.0, 12.0


def text_of(form: Form) -> str:
    """The form as text; each part repeats that it is a draft, for a printer cuts pages where it likes."""
    return "\n".join(_lines(form)) + "\n"


def _lines(form: Form) -> Iterator[str]:
    yield from (f"*** {DRAFT} ***", TITLE, form.drawn, "")
    yield "LOOK AT FIRST" if form.lacks else "Nothing that the form asks for was found missing; look all the same"
    yield from (f"  ! {one}" for one in form.lacks)
    for part in form.parts:
        yield ""
        yield f"{part.title.upper()} (DRAFT)"
        for answer in part.answers:
            asked = answer.asked
            for one in answer.said:
                yield f"  {asked:<{_ASKED}} {one}"
                asked = ""
    yield ""
    yield f"*** {DRAFT} ***"


def html_of(form: Form) -> str:
    """The form as one page of HTML without anything from elsewhere; its head is printed on every sheet."""
    lacks = "".join(f"<li>{escape(one)}</li>" for one in form.lacks)
    said = (
        f'<tr><th colspan="2" class="part">{escape(part.title)}</th></tr>'
        + "".join(
            f"<tr><th>{escape(answer.asked)}</th><td>{'<br>'.join(escape(one) for one in answer.said)}</td></tr>"
            for answer in part.answers
        )
        for part in form.parts
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{escape(f"DRAFT: {TITLE}")}</title>\n'
        "<style>body{font:11pt sans-serif;margin:2em}table{border-collapse:collapse;width:100%}"
        "thead{display:table-header-group}th{text-align:left;vertical-align:top;font-weight:normal;width:32%}"
        "th,td{padding:.2em .6em;border-bottom:1px solid}.draft,.part{font-weight:bold}"
        ".part{padding-top:1em}tr{break-inside:avoid}</style></head>\n"
        f'<body><table><thead><tr><th colspan="2" class="draft">{escape(DRAFT)}</th></tr></thead>\n<tbody>'
        f'<tr><td colspan="2"><h1>{escape(TITLE)}</h1><p>{escape(form.drawn)}</p>'
        f"{'<p><b>Look at first</b></p><ul>' + lacks + '</ul>' if lacks else ''}</td></tr>\n"
        + "\n".join(said)
        + "\n</tbody></table></body></html>\n"
    )


def pages_of(form: Form) -> tuple[Page, ...]:
    """The form drawn on A4."""
    flow = _Flow(form)
    for one in form.lacks:
        flow.row("", (f"! {one}",), bold=True)
    for part in form.parts:
        flow.title(part.title)
        for answer in part.answers:
            flow.row(answer.asked, answer.said)
    for number, page in enumerate(flow.pages, 1):
        told = f"page {number} of {len(flow.pages)}"
        page.text(_LEFT + _WIDE - width(told, _PLAIN), A4_HEIGHT - 20, told, _PLAIN)
    return tuple(flow.pages)


def pdf_of(form: Form) -> bytes:
    """The form as a PDF."""
    return document(pages_of(form), f"DRAFT: {TITLE}, {form.session}")


class _Flow:
    """Draws from the top down; a new page begins with the word DRAFT and whose form it is."""

    def __init__(self, form: Form) -> None:
        self._form = form
        self.pages: list[Page] = []
        self._turn()

    def _turn(self) -> None:
        self._page, self._y = Page(), _TOP + _HEAD
        self.pages.append(self._page)
        self._page.text(_LEFT, self._y, DRAFT, _HEAD - 2, bold=True)
        self._page.text(_LEFT, A4_HEIGHT - 20, DRAFT, _PLAIN)
        for words in (TITLE, self._form.drawn, f"Patient: {self._form.parts[0].answers[0].said[0]}"):
            for one in wrapped(words, _PLAIN, _WIDE):
                self._y += _LINE
                self._page.text(_LEFT, self._y, one, _PLAIN, words == TITLE)
        self._y += _LINE

    def _room(self, lines: int) -> None:
        if self._y + lines * _LINE > _BOTTOM:
            self._turn()

    def title(self, words: str) -> None:
        """The heading of a part, with room for a line below it."""
        self._room(3)
        self._y += 1.6 * _LINE
        self._page.text(_LEFT, self._y, words, _PLAIN + 1, bold=True)

    def row(self, asked: str, said: tuple[str, ...], bold: bool = False) -> None:
        """What is asked on the left, what the chart says beside it; over the whole width where nothing is asked."""
        left, room = (_LEFT + _SAID, _WIDE - _SAID) if asked else (_LEFT, _WIDE)
        lines = [part for one in said for part in wrapped(one, _PLAIN, room)]
        names = wrapped(asked, _PLAIN, _SAID - 8)
        self._room(max(len(lines), len(names)))
        for n in range(max(len(lines), len(names))):
            self._y += _LINE
            if asked and n < len(names):
                self._page.text(_LEFT, self._y, names[n], _PLAIN)
            if n < len(lines):
                self._page.text(left, self._y, lines[n], _PLAIN, bold)
        self._y += 2

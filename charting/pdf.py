"""Pages of text and boxes as a PDF, drawn from the upper left corner. Pure: the same pages give the same bytes.

The fonts are the two that every reader and printer has. They know the letters of western Europe (Windows-1252): another
letter is printed as ``?``, and ``strange`` says which ones a text has. ReportLab is loaded when a page is measured or
written: most commands print nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

A4_WIDTH, A4_HEIGHT = 595.0, 842.0  # points, 1/72 inch
_ENCODING = "cp1252"
_PLAIN, _BOLD = "Helvetica", "Helvetica-Bold"


def strange(texts: Iterable[str]) -> str:
    """The letters in ``texts`` that cannot be printed, each once, in order; "" where all can."""
    seen = dict.fromkeys(letter for text in texts for letter in text)
    return "".join(letter for letter in seen if not letter.encode(_ENCODING, "ignore"))


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide ``text`` is, in points."""
    from reportlab.pdfbase.pdfmetrics import stringWidth

    return float(stringWidth(_printed(text), _BOLD if bold else _PLAIN, size))


def wrapped(text: str, size: float, room: float) -> tuple[str, ...]:
    """``text`` in lines of at most ``room`` points, broken between words; a longer word stands alone."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and width(longer, size) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return tuple(lines)


class Page:
    """One page being drawn, in points from its upper left corner. ``said`` are its texts in order."""

    def __init__(self) -> None:
        self._drawn: list[Callable[[Canvas], None]] = []
        self.said: list[str] = []

    def text(self, x: float, y: float, words: str, size: float = 8, bold: bool = False) -> None:
        """``words`` with their baseline at ``y``."""

        def draw(canvas: Canvas) -> None:
            canvas.setFont(_BOLD if bold else _PLAIN, size)
            canvas.drawString(x, A4_HEIGHT - y, _printed(words))

        self._drawn.append(draw)
        self.said.append(words)

    def box(self, x: float, y: float, wide: float, high: float, thick: float = 0.6, grey: float | None = None) -> None:
        """A frame ``wide`` and ``high`` below and right of the place; with ``grey`` (0 black, 1 white) filled."""

        def draw(canvas: Canvas) -> None:
            canvas.setLineWidth(thick)
            canvas.setFillGray(0 if grey is None else grey)
            canvas.rect(x, A4_HEIGHT - y - high, wide, high, stroke=1, fill=0 if grey is None else 1)
            canvas.setFillGray(0)

        self._drawn.append(draw)

    def draw(self, canvas: Canvas) -> None:
        """All of it, onto the canvas' page."""
        for drawn in self._drawn:
            drawn(canvas)


def document(pages: Sequence[Page], title: str) -> bytes:
    """The file: A4 pages in order."""
    from reportlab.pdfgen.canvas import Canvas

    made = BytesIO()
    canvas = Canvas(made, pagesize=(A4_WIDTH, A4_HEIGHT), pageCompression=0, invariant=1)
    canvas.setTitle(title)
    for page in pages:
        page.draw(canvas)
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def _printed(text: str) -> str:
    return text.encode(_ENCODING, "replace").decode(_ENCODING)

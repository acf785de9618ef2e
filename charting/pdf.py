"""Pages of text, boxes and lines as a PDF, enough for a form to write on. Pure: the same pages give the same bytes.

A form needs two fonts that every reader and printer has, and a dozen operators of the format; a library for it would
bring an image toolkit and a font toolkit along. Those fonts know the letters of western Europe (Windows-1252): another
letter is printed as ``?``, and ``strange`` says which ones a text has.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

A4_WIDTH, A4_HEIGHT = 595.0, 842.0  # points, 1/72 inch
_ENCODING = "cp1252"
# widths of Helvetica, thousandths of the size, from the space (32) to the tilde (126): Adobe's metrics of the font
_WIDTHS = (
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
)  # fmt: skip
_OTHER_WIDTH = 667  # of a letter that is not in the table
_BOLD_WIDER = 1.1  # Helvetica-Bold is wider by a tenth at most in running text


def strange(texts: Iterable[str]) -> str:
    """The letters in ``texts`` that cannot be printed, each once, in order; "" where all can."""
    seen = dict.fromkeys(letter for text in texts for letter in text)
    return "".join(letter for letter in seen if not letter.encode(_ENCODING, "ignore"))


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide ``text`` is, in points; of bold text at most so wide."""
    units = sum(_WIDTHS[ord(c) - 32] if 32 <= ord(c) <= 126 else _OTHER_WIDTH for c in text)
    return units * size / 1000 * (_BOLD_WIDER if bold else 1)


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
        self._drawn: list[str] = []
        self.said: list[str] = []

    def text(self, x: float, y: float, words: str, size: float = 8, bold: bool = False) -> None:
        """``words`` with their baseline at ``y``."""
        shown = words.encode(_ENCODING, "replace").decode(_ENCODING)
        for sign in "\\()":
            shown = shown.replace(sign, f"\\{sign}")
        self._drawn.append(f"BT /F{2 if bold else 1} {size:g} Tf {x:.2f} {A4_HEIGHT - y:.2f} Td ({shown}) Tj ET")
        self.said.append(words)

    def box(self, x: float, y: float, wide: float, high: float, thick: float = 0.6, grey: float | None = None) -> None:
        """A frame ``wide`` and ``high`` below and right of the place; with ``grey`` (0 black, 1 white) filled."""
        place = f"{x:.2f} {A4_HEIGHT - y - high:.2f} {wide:.2f} {high:.2f} re"
        if grey is not None:
            self._drawn.append(f"{grey:g} g {place} f 0 g")
        self._drawn.append(f"{thick:g} w {place} S")

    @property
    def content(self) -> bytes:
        """The operators that draw it."""
        return "\n".join(self._drawn).encode(_ENCODING)


def document(pages: Sequence[Page], title: str) -> bytes:
    """The file: A4 pages in order."""
    kids = " ".join(f"{5 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        _font("Helvetica"),
        _font("Helvetica-Bold"),
    ]
    for n, page in enumerate(pages):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {A4_WIDTH:g} {A4_HEIGHT:g}] /Contents {6 + 2 * n} 0 R"
            " /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>".encode()
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(page.content), page.content))
    objects.append(b"<< /Title <feff%s> >>" % title.encode("utf-16-be").hex().encode())
    return _file(objects)


def _font(name: str) -> bytes:
    return f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()


def _file(objects: Sequence[bytes]) -> bytes:
    """The objects with their table of places; the last one says what the file is called."""
    made = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"<< /Size %d /Root 1 0 R /Info %d 0 R >>" % (size, len(objects))
    return (
        made
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + (b"trailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(made)))
    )

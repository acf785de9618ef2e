"""Numerals, and the letters of the two loud sentences, three rows tall in half blocks from a font five dots high."""

from __future__ import annotations

from functools import lru_cache

# five dot rows of each glyph, top to bottom
_DOTS = {
    "0": "### #.# #.# #.# ###",
    "1": ".#. ##. .#. .#. ###",
    "2": "### ..# ### #.. ###",
    "3": "### ..# ### ..# ###",
    "4": "#.# #.# ### ..# ..#",
    "5": "### #.. ### ..# ###",
    "6": "### #.. ### #.# ###",
    "7": "### ..# ..# ..# ..#",
    "8": "### #.# ### #.# ###",
    "9": "### #.# ### ..# ###",
    "/": "..# ..# .#. #.. #..",
    "-": "... ... ### ... ...",
    ".": ". . . . #",
    " ": ".. .. .. .. ..",
    "A": "### #.# ### #.# #.#",
    "B": "##. #.# ##. #.# ##.",
    "D": "##. #.# #.# #.# ##.",
    "E": "### #.. ##. #.. ###",
    "F": "### #.. ##. #.. #..",
    "H": "#.# #.# ### #.# #.#",
    "I": "### .#. .#. .#. ###",
    "L": "#.. #.. #.. #.. ###",
    "M": "#...# ##.## #.#.# #...# #...#",
    "N": "#..# ##.# #.## #..# #..#",
    "O": "### #.# #.# #.# ###",
    "P": "### #.# ### #.. #..",
    "R": "##. #.# ##. #.# #.#",
    "S": "### #.. ### ..# ###",
    "T": "### .#. .#. .#. .#.",
    "U": "#.# #.# #.# #.# ###",
    "Y": "#.# #.# ### .#. .#.",
}
_HALVES = {"..": " ", "#.": "▀", ".#": "▄", "##": "█"}


@lru_cache(maxsize=256)
def numerals(text: str, low: bool = False) -> tuple[str, str, str]:
    """``text`` of the characters above as three rows of equal width, one blank cell between glyphs. Half a row stays
    blank below them, or above where they stand ``low``: beneath a bar of their own colour.

    Raises KeyError for any other character.
    """
    glyphs = [_DOTS[c].split() for c in text]
    dots = [["." * len(g[0]), *g] if low else [*g, "." * len(g[0])] for g in glyphs]
    top, middle, bottom = (
        " ".join("".join(_HALVES[a + b] for a, b in zip(glyph[r], glyph[r + 1], strict=True)) for glyph in dots)
        for r in (0, 2, 4)
    )
    return top, middle, bottom

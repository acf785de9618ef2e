"""The table of themes: contrast, what colour-blind people can tell apart, alarms without colour, and remembering."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from screen_text import text, until
from tui_fakes import QUIET, RICH, FakeRecorder

from drivers.core.catalogue import METRICS
from station.errors import Trouble
from station.tui import themes
from station.tui.app import StationApp
from station.tui.chosen import Chosen
from station.tui.spans import TONES
from station.tui.themes import NO_COLOUR, QUIET_ROOM, QUIET_TABLE, TABLE, THEMES, colours

Vector = tuple[float, float, float]
Matrix = tuple[Vector, Vector, Vector]
PARAMETERS = sorted({metric.colour for metric in METRICS.values()})
GROUNDS = [word for word in TABLE if word.startswith("ground-")]
TEXT = ("plain", "dim", "bold")  # drawn on every ground; the rest on the page or on a block of their own
CSS = (Path(themes.__file__).parent / "station.tcss").read_text()

# Vienot, Brettel, Mollon 1999, Color Res Appl 24:243: linear RGB to cones, and the two reductions
TO_LMS: Matrix = ((17.8824, 43.5161, 4.11935), (3.45565, 27.1554, 3.86714), (0.0299566, 0.184309, 1.46709))
TO_RGB: Matrix = (
    (0.0809444479, -0.130504409, 0.116721066),
    (-0.0102485335, 0.0540193266, -0.113614708),
    (-0.000365296938, -0.00412161469, 0.693511405),
)
SAME: Matrix = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))
VISION: dict[str, Matrix] = {
    "all cones": SAME,
    "protanopia": ((0.0, 2.02344, -2.52581), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "deuteranopia": ((1.0, 0.0, 0.0), (0.494207, 0.0, 1.24827), (0.0, 0.0, 1.0)),
}
# IEC 61966-2-1, D65
TO_XYZ: Matrix = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.072175), (0.0193339, 0.119192, 0.9503041))
WHITE: Vector = (0.95047, 1.0, 1.08883)


def times(matrix: Matrix, vector: Vector) -> Vector:
    a, b, c = (sum(m * v for m, v in zip(row, vector, strict=True)) for row in matrix)
    return a, b, c


def linear(colour: str) -> Vector:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    r, g, b = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts)
    return r, g, b


def seen_by(vision: str, colour: str) -> Vector:
    """``colour`` in CIE L*a*b* as somebody with ``vision`` sees it."""
    r, g, b = (min(1.0, max(0.0, x)) for x in times(TO_RGB, times(VISION[vision], times(TO_LMS, linear(colour)))))
    x, y, z = (
        t ** (1 / 3) if t > 216 / 24389 else (24389 / 27 * t + 16) / 116
        for t in (part / white for part, white in zip(times(TO_XYZ, (r, g, b)), WHITE, strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(vision: str, one: str, other: str) -> float:
    """CIE 1976 colour difference."""
    pairs = zip(seen_by(vision, one), seen_by(vision, other), strict=True)
    return sum((a - b) ** 2 for a, b in pairs) ** 0.5


def contrast(one: str, other: str) -> float:
    """WCAG 2.1 contrast ratio."""
    dark, light = sorted(times(TO_XYZ, linear(colour))[1] for colour in (one, other))
    return (light + 0.05) / (dark + 0.05)


def test_the_arithmetic_gives_known_values() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21, abs=0.01)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)  # the well-known grey that just fails
    assert seen_by("all cones", "#ffffff") == pytest.approx((100, 0, 0), abs=0.1)
    assert seen_by("all cones", "#ff0000") == pytest.approx((53.24, 80.09, 67.2), abs=0.2)
    for vision in VISION:  # the white point is kept
        assert seen_by(vision, "#ffffff") == pytest.approx((100, 0, 0), abs=0.5)
    for vision in ("protanopia", "deuteranopia"):  # lime and yellow are a classic confusion
        assert apart(vision, "#00ff00", "#ffff00") < 25 < apart("all cones", "#00ff00", "#ffff00")


@pytest.mark.parametrize("vision", VISION)
def test_all_parameters_stay_apart_in_the_colour_blind_theme(vision: str) -> None:
    close = {
        f"{one} {other}": round(apart(vision, colours("colour-blind", one)[0], colours("colour-blind", other)[0]), 1)
        for one, other in combinations(PARAMETERS, 2)
    }
    assert {pair: far for pair, far in close.items() if far < 30} == {}


@pytest.mark.parametrize("theme", (*THEMES, QUIET_ROOM))
def test_every_word_can_be_read(theme: str) -> None:
    low = {}
    for word in TABLE:
        if word in GROUNDS:
            continue
        backs = {colours(theme, word)[1]} | {colours(theme, g)[0] for g in GROUNDS if word in TEXT}
        worst = min(contrast(colours(theme, word)[0], back) for back in backs)
        if worst < 4.5:
            low[word] = round(worst, 2)
    assert low == {}


@pytest.mark.parametrize("theme", (*THEMES, QUIET_ROOM))
@pytest.mark.parametrize("vision", VISION)
def test_a_lit_alarm_stands_out_and_looks_like_nothing_else(theme: str, vision: str) -> None:
    alarms = [colours(theme, word)[1] for word in ("high", "medium", "low")]
    others = [colours(theme, word)[1] for word in ("mark", "key", "infusing")] + [colours(theme, "ground-page")[0]]
    for block in alarms:
        assert min(apart(vision, block, other) for other in others) >= 15
    assert min(apart(vision, one, other) for one, other in combinations(alarms, 2)) >= 30
    for word in ("high", "medium", "low"):  # the two halves of a flash
        assert apart(vision, colours(theme, word)[1], colours(theme, f"{word}-unlit")[1]) >= 15


def test_the_stylesheet_holds_words_only_and_knows_every_tone() -> None:
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=\s*;)|rgb\(|hsl\(", CSS) == []
    assert set(TONES) <= set(TABLE)
    for tone in TONES:
        assert f".tone--{tone} {{ color: $tone-{tone};" in CSS
        assert (f"background: $tone-{tone}-on" in CSS) == (" on " in TABLE[tone][0])
    assert set(PARAMETERS) <= set(TONES)


def test_the_quiet_room_is_dimmer_in_every_word() -> None:
    def light(theme: str, word: str) -> float:
        return max(times(TO_XYZ, linear(colour))[1] for colour in colours(theme, word))

    parts = {word: light(QUIET_ROOM, word) / light(THEMES[0], word) for word in TABLE if word not in GROUNDS}
    assert {word: round(part, 2) for word, part in parts.items() if part > 0.75} == {}
    assert sorted(parts.values())[len(parts) // 2] < 0.5
    assert all(light(QUIET_ROOM, word) <= 0.01 for word in GROUNDS)


def test_every_theme_gives_a_word_the_same_kind_of_colour() -> None:
    assert list(QUIET_TABLE) == list(TABLE)
    for word, chosen in TABLE.items():
        row = (*chosen, QUIET_TABLE[word])
        assert len({" on " in cell for cell in row}) == 1, f"{word}: a background in some themes only"
        assert all(re.fullmatch(r"#[0-9a-f]{6}( on #[0-9a-f]{6})?", cell) for cell in row), word


def background(app: StationApp, tone: str) -> str:
    style = app.screen.query_one("#chair").toned(tone)
    assert style.bgcolor is not None and style.bgcolor.triplet is not None
    return style.bgcolor.triplet.hex


async def test_t_wears_theme_after_theme_and_the_next_viewer_remembers(tmp_path: Path) -> None:
    app = StationApp(FakeRecorder(RICH).connect, by="KS", chosen=Chosen(folder=tmp_path / "config"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(app, lambda: "TEST, A." in text(app))
        for name in (*THEMES[1:], THEMES[0], THEMES[1]):
            await pilot.press("t")
            await until(app, lambda name=name: f"theme {name}" in text(app))  # type: ignore[misc]
            await until(app, lambda name=name: background(app, "high") == colours(name, "high")[1])  # type: ignore[misc]
            assert app.screen.background_colors[1].hex.lower() == colours(name, "ground-page")[0]
            assert themes.remembered(tmp_path / "config").theme == name
    again = StationApp(FakeRecorder(QUIET).connect, chosen=Chosen(themes.remembered(tmp_path / "config").theme))
    async with again.run_test():
        assert background(again, "high") == colours(THEMES[1], "high")[1]


async def test_a_theme_that_cannot_be_kept_is_worn_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "config").write_text("a file where the folder should be")
    app = StationApp(FakeRecorder(QUIET).connect, by="KS", chosen=Chosen(folder=tmp_path / "config"))
    async with app.run_test(size=(120, 40)) as pilot:
        await until(app, lambda: "TEST, A." in text(app))
        await pilot.press("t")
        await until(app, lambda: "not kept for the next start" in text(app))
        assert app.theme == THEMES[1]


def test_a_mistake_in_viewer_toml_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "viewer.toml"
    path.write_text('# mine\nthem = "light"\n')
    with pytest.raises(Trouble, match=r"viewer\.toml line 2: unknown key 'them'; did you mean 'theme'\?"):
        themes.remembered(tmp_path)
    path.write_text('# mine\ntheme = "pink"\n')
    with pytest.raises(Trouble, match=r"viewer\.toml line 2: theme: .*pink"):
        themes.remembered(tmp_path)
    path.unlink()
    assert themes.remembered(tmp_path).theme == THEMES[0]


async def test_without_colour_alarms_stand_out_by_reverse_video(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = StationApp(FakeRecorder(RICH).connect, by="KS")
    async with app.run_test(size=(120, 40)) as pilot:
        await until(app, lambda: "*** SpO2 86 below 90" in text(app))
        assert app.theme == NO_COLOUR
        strips = app.screen._compositor.render_strips()
        coloured = [
            segment.text
            for strip in strips
            for segment in strip
            if segment.style and any(c and not c.is_default for c in (segment.style.color, segment.style.bgcolor))
        ]
        assert coloured == []
        block = app.screen.query_one("#chair")
        lit, unlit = (block.toned(tone) for tone in ("high", "high-unlit"))
        assert lit.reverse and lit.bold
        assert unlit.underline and not unlit.reverse
        assert not block.toned("plain").reverse
        await pilot.press("t")
        await until(app, lambda: "NO_COLOR is set" in text(app))
        assert app.theme == NO_COLOUR

"""Text that a licensed clinic installs: it fills a skeleton, changes no rule, and a wrong file says what is wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from charting.rule_file import FileError
from charting.scales.scoring import score, score_total
from charting.scales.shelf import shipped
from charting.scales.wording import with_wording

HEAD = 'scale = "madrs"\nversion = "1979"\nlicence = "licence 7 to this clinic"\n'


BANDS = """[[own_bands]]
id = "ours"
source = "our board"
steps = [{ at_least = 0, words = "little" }, { at_least = 7, words = "some" }]
"""


def items(count: int, first: int = 1, extra: str = "") -> str:
    return "".join(f'[[item]]\nid = "{n}"\ntext = "words of item {n}"\n{extra}' for n in range(first, first + count))


def write(folder: Path, text: str, name: str = "madrs.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder


def test_a_clinic_adds_text_and_nothing_else(tmp_path: Path) -> None:
    anchors = "anchors = [" + ", ".join(f'"step {n}"' for n in range(7)) + "]\n"
    worded = with_wording(shipped(), write(tmp_path, HEAD + 'instruction = "ask"\n' + items(10, extra=anchors)))
    madrs, skeleton = worded["madrs"], shipped()["madrs"]
    assert (madrs.has_text, madrs.installed, madrs.instruction) == (True, "licence 7 to this clinic", "ask")
    assert (madrs.items["10"].text, madrs.meanings("10")[6]) == ("words of item 10", "step 6")
    bare = tuple(msgspec.structs.replace(one, text="", anchors=()) for one in madrs.item)
    assert msgspec.structs.replace(madrs, item=bare, installed="", instruction="") == skeleton
    assert score(madrs, {"10": 2}) == score(skeleton, {"10": 2})
    assert {one: scale for one, scale in worded.items() if one != "madrs"} == {
        one: scale for one, scale in shipped().items() if one != "madrs"
    }
    assert not skeleton.has_text


def test_the_order_of_items_in_the_file_does_not_matter(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    forth = with_wording(shipped(), write(tmp_path / "a", HEAD + items(10)))
    back = with_wording(shipped(), write(tmp_path / "b", HEAD + "".join(items(1, n) for n in range(10, 0, -1))))
    assert forth == back


def test_no_folder_is_no_text(tmp_path: Path) -> None:
    assert with_wording(shipped(), tmp_path / "nowhere") == dict(shipped())


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (HEAD + items(9), "line 4: item: MADRS has 10 items, this file has 9"),
        (HEAD + items(11), "line 4: item: MADRS has 10 items, this file has 11"),
        (HEAD + items(9) + items(1, 12), "line 32: item #10.id: MADRS has no item '12'; "),
        (HEAD + items(9) + items(1), "line 4: item: the text of item 10 of MADRS is missing"),
        (HEAD.replace("madrs", "madr") + items(10), "line 1: scale: no scale is called 'madr'; did you mean 'madrs'?"),
        (HEAD.replace("madrs", "phq9").replace("1979", "2001") + items(9), "line 4: item: PHQ-9 has its text already"),
        (HEAD.replace("1979", "S") + items(10), "line 2: version: this is the text of version 'S'; the station scores"),
        (HEAD.replace("licence 7 to this clinic", " ") + items(10), "line 3: licence: it is empty: say by what"),
        (HEAD + items(10).replace("words of item 3", "\u200b"), "line 12: item #3.text: the text of item 3 is empty"),
        (
            HEAD + items(10, extra='anchors = ["a", "b"]\n'),
            "line 7: item #1.anchors: item 1 takes 7 anchors (0 to 6), or none",
        ),
        (HEAD + "range = [0, 27]\n" + items(10), "line 4: range: MADRS goes from 0 to 60; is this another instrument"),
        (HEAD + items(10, extra="anchor = 9\n"), "line 7: item #1.anchor: there is no key 'anchor' here; did you mean"),
        (HEAD + "bands = 'mueller'\n", "line 4: bands: MADRS has no 'mueller'; did you mean 'mueller-2003'?"),
        (HEAD + "remission = 'half'\n", "line 4: remission: MADRS has no 'half'; known are: at-most-10, at-most-11"),
        (HEAD, "item: this file says nothing of MADRS; give the text of its items, or choose bands"),
        (HEAD + BANDS.replace("at_least = 7", "at_least = 70"), "line 7: own_bands #1.steps: the steps must begin"),
        (HEAD + BANDS.replace("ours", "snaith-1986"), "line 5: own_bands #1.id: 'snaith-1986' is a shipped set"),
        (HEAD + BANDS.replace("our board", ""), "line 6: own_bands #1.source: say where these steps are from"),
        ("scale = ", "is not valid TOML"),
        ("", "scale: this key is missing; add it"),
    ],
)
def test_a_wrong_file_is_refused_with_name_line_and_key(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(FileError) as refused:
        with_wording(shipped(), write(tmp_path, text))
    said = str(refused.value)
    assert said.startswith(("madrs.toml ", "madrs.toml:"))
    assert sentence in said and "\n" not in said


def test_a_clinic_chooses_the_bands_and_the_line_of_remission_or_sets_its_own(tmp_path: Path) -> None:
    chosen = with_wording(shipped(), write(tmp_path, HEAD + "bands = 'mueller-2003'\nremission = 'below-9'\n"))["madrs"]
    assert (score_total(chosen, 31).band, score_total(chosen, 31).band_set) == ("severe", "mueller-2003")
    assert score_total(shipped()["madrs"], 31).band == "moderate"
    assert chosen.remission[0].id == "below-9" and not chosen.has_text
    own = with_wording(shipped(), write(tmp_path, HEAD + "bands = 'ours'\n" + BANDS))["madrs"]
    assert (score_total(own, 7).band, score_total(own, 7).band_set) == ("some", "ours")
    assert score_total(own, 31, "snaith-1986").band == "moderate"  # the shipped ones are still there


def test_two_files_for_one_scale_are_one_too_many(tmp_path: Path) -> None:
    write(tmp_path, HEAD + items(10), "a.toml")
    with pytest.raises(FileError, match=r"b\.toml line 1: scale: a\.toml is about MADRS already"):
        with_wording(shipped(), write(tmp_path, HEAD + items(10), "b.toml"))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(FileError, match=r"x\.toml is not text in UTF-8; save it as plain text"):
        with_wording(shipped(), tmp_path)


def test_what_a_file_says_is_cleaned(tmp_path: Path) -> None:
    text = HEAD + items(10).replace('words of item 1"', 'a\\u001b[31m\\nb"')
    assert with_wording(shipped(), write(tmp_path, text))["madrs"].items["1"].text == "a[31m b"

"""Text that a licensed clinic installs: it fills a skeleton, changes no rule, and a wrong file says what is wrong."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from charting.scales.scale import ScaleError
from charting.scales.scoring import score
from charting.scales.shelf import shipped
from charting.scales.wording import with_wording

HEAD = 'scale = "madrs"\nversion = "1979"\nlicence = "licence 7 to this clinic"\n'


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
        (HEAD + items(9), "MADRS has 10 items, this file has 9"),
        (HEAD + items(11), "MADRS has 10 items, this file has 11"),
        (HEAD + items(10, first=2), "the text of item 1 of MADRS is missing"),
        (HEAD + items(9) + items(1), "the text of item 10 of MADRS is missing"),
        (HEAD.replace("madrs", "madr") + items(10), "no scale is called 'madr'; did you mean 'madrs'"),
        (HEAD.replace("madrs", "phq9").replace("1979", "2001") + items(9), "PHQ-9 has its text already"),
        (HEAD.replace("1979", "S") + items(10), "the text of version 'S'; the station scores MADRS '1979'"),
        (HEAD.replace("licence 7 to this clinic", " ") + items(10), "licence is empty"),
        (HEAD + items(10).replace("words of item 3", "\u200b"), "the text of item 3 is empty"),
        (HEAD + items(10, extra='anchors = ["a", "b"]\n'), r"item 1 takes 7 anchors \(0 to 6\), or none"),
        (HEAD + items(10, extra="highest = 9\n"), "unknown field `highest`"),
        (HEAD + "loinc_total = '1-1'\n" + items(10), "unknown field `loinc_total`"),
        ("scale = ", "not valid TOML"),
        ("", "missing required field `scale`"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(ScaleError, match=sentence) as refused:
        with_wording(shipped(), write(tmp_path, text))
    assert str(tmp_path / "madrs.toml") in str(refused.value)
    assert "\n" not in str(refused.value)


def test_two_files_for_one_scale_are_one_too_many(tmp_path: Path) -> None:
    write(tmp_path, HEAD + items(10), "a.toml")
    with pytest.raises(ScaleError, match=r"b\.toml: MADRS has its text already"):
        with_wording(shipped(), write(tmp_path, HEAD + items(10), "b.toml"))


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(ScaleError, match="is not text, so it is no scale text"):
        with_wording(shipped(), tmp_path)


def test_what_a_file_says_is_cleaned(tmp_path: Path) -> None:
    text = HEAD + items(10).replace('words of item 1"', 'a\\u001b[31m\\nb"')
    assert with_wording(shipped(), write(tmp_path, text))["madrs"].items["1"].text == "a[31m b"

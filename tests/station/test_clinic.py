"""What a clinic puts into its folders is in force: charted with its digest, and looked at by doctor."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import pytest
from click.testing import CliRunner
from desk import Desk

from charting.record_rules import change_of
from charting.rule_file import digest
from charting.scales.shelf import shipped
from station import doctor
from station.cli import main
from station.clinic import FOLDERS, as_shipped, clinic_of
from station.clock import NS
from station.errors import Trouble
from station.recorder.acts import Refusal
from station.wire import messages as m, record_acts as acts

WHO = {"patient": "Test, A", "identifier": "1980-01-01"}
README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
TEXT = "".join(f'[[item]]\nid = "{n}"\ntext = "words {n}"\n' for n in range(1, 11))
MADRS = 'scale = "madrs"\nversion = "1979"\nlicence = "licence 7"\nbands = "mueller-2003"\nremission = "below-9"\n'


def write(config: Path, name: str, text: str) -> Path:
    file = config / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    return config


def doctors_words(monkeypatch: pytest.MonkeyPatch) -> str:
    """What ``doctor`` says of these folders; its other looks belong to the machine."""
    mine = tuple(look for look in doctor.LOOKS if look.__name__ == "_clinic")
    assert len(mine) == 1
    monkeypatch.setattr(doctor, "LOOKS", mine)
    return CliRunner().invoke(main, ["doctor"]).output


def screening() -> str:
    return (resources.files("charting") / "rules" / "screening.toml").read_text("utf-8")


def test_without_folders_it_is_what_is_shipped(tmp_path: Path) -> None:
    assert clinic_of(tmp_path) == as_shipped()


def test_the_examples_of_the_readme_are_taken(tmp_path: Path) -> None:
    examples = re.findall(r"```toml\n# ((?:scales|courses|screening)/\w+\.toml).*?\n(.*?)```", README, re.DOTALL)
    assert [name for name, _ in examples] == ["scales/madrs.toml", "courses/ours.toml"]
    for name, text in examples:
        write(tmp_path, name, text)
    found = clinic_of(tmp_path)
    assert found.courses.template("ours-every-ten-days") is not None
    assert (found.scales["madrs"].bands[0].id, found.scales["madrs"].remission[0].id) == ("mueller-2003", "at-most-10")


def test_a_score_is_charted_with_the_instrument_in_force(tmp_path: Path) -> None:
    desk = Desk()
    desk.chair.beside.clinic = clinic_of(write(tmp_path, "scales/madrs.toml", MADRS + TEXT))
    madrs = desk.chair.beside.clinic.scales["madrs"]
    desk.act(acts.ChartScale(**WHO, scale="madrs", total=40, use="baseline"))
    entry = desk.act(acts.ChartScale(**WHO, scale="madrs", total=31))
    assert (entry.payload["score"]["band"], entry.payload["score"]["band_set"]) == ("severe", "mueller-2003")
    named = {"id": "madrs", "version": "1979", "digest": digest(madrs), "text": "licence 7"}
    assert entry.payload["rules"] == named and digest(madrs) != digest(shipped()["madrs"])
    nine = desk.act(acts.ChartScale(**WHO, scale="madrs", total=9))
    record = desk.chair._past.record("Test, A", "1980-01-01")
    assert record is not None and nine.payload["remission"] == "below-9"
    changed = change_of(record, record.scores[-1])
    assert changed is not None and (changed.remission_line, changed.remission) == ("below-9", False)


def test_a_skeleton_is_charted_by_item_numbers_and_flags(tmp_path: Path) -> None:
    desk = Desk()
    entry = desk.act(acts.ChartScale(**WHO, scale="madrs", answers={"10": 2}))
    assert entry.payload["rules"]["text"] == "item numbers only"
    assert entry.payload["score"]["total"] is None  # nine are not answered, and none of them is zero
    record = desk.chair._past.record("Test, A", "1980-01-01")
    assert record is not None and [flag.sentence for _, flag in record.flagged] == ["MADRS item 10 is above 0"]


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("scales/a.toml", MADRS.replace("madrs", "mards"), "scales: a.toml line 1: scale: no scale is called 'mards'"),
        (
            "courses/a.toml",
            "[oftn]\n",
            "courses: a.toml line 1: oftn: there is no key 'oftn' here; did you mean 'often'?",
        ),
        (
            "screening/a.toml",
            'id = "x"\nversion = 1\n',
            "screening: a.toml line 2: version: text in quotes must stand here, not a whole number",
        ),
    ],
)
def test_a_mistake_is_one_sentence_to_a_start_and_to_doctor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, sentence: str
) -> None:
    monkeypatch.setenv("INFUSION_STATION_HOME", str(tmp_path))
    write(tmp_path / "config", name, text)
    with pytest.raises(Trouble) as refused:
        clinic_of(tmp_path / "config")
    assert str(refused.value).startswith(sentence)
    shown = doctors_words(monkeypatch)
    assert f"bad   {sentence}" in shown


def test_two_screening_tables_and_one_template_twice_are_refused(tmp_path: Path) -> None:
    own = screening().replace('version = "1"', 'version = "2"', 1)
    write(tmp_path, "screening/a.toml", own)
    assert clinic_of(tmp_path).screening.version == "2"
    write(tmp_path, "screening/b.toml", own)
    with pytest.raises(
        Trouble, match=r"screening: a table replaces the shipped one as a whole, and a\.toml and b\.toml"
    ):
        clinic_of(tmp_path)
    (tmp_path / "screening" / "b.toml").unlink()
    example = re.findall(r"```toml\n# courses/ours.toml.*?\n(.*?)```", README, re.DOTALL)[0]
    for file in ("a", "b"):
        write(tmp_path, f"courses/{file}.toml", example)
    with pytest.raises(Trouble, match=r"courses: b\.toml line 1: template 'ours-every-ten-days': a\.toml gives this"):
        clinic_of(tmp_path)


def test_doctor_says_what_is_in_each_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INFUSION_STATION_HOME", str(tmp_path))
    write(tmp_path / "config", "scales/madrs.toml", MADRS + TEXT)
    shown = doctors_words(monkeypatch)
    assert f"ok    scales: madrs.toml of {tmp_path / 'config' / 'scales'} over the shipped ones" in shown
    assert all(f"ok    {kept.name}: " in shown for kept in FOLDERS)


def test_a_weight_that_is_old_is_asked_about_and_the_answer_is_charted() -> None:
    desk = Desk()
    desk.act(acts.ChartFact(**WHO, fact="weight", text="70,0", on="2025-11-01"))
    session = m.OpenSession(**WHO, weight_kg=70.0)
    with pytest.raises(Refusal, match=r"70 kg is the weight of 2025-11-01, 61 days ago \(more than 30\)") as asked:
        desk.act(session)
    entry = desk.act(m.OpenSession(**WHO, weight_kg=70.0, confirmed={str(asked.value): "weighed today"}))
    assert [one["id"] for one in entry.payload["confirmed"]] == ["weight_old"]
    fresh = Desk()
    fresh.act(m.OpenSession(**WHO, weight_kg=70.0))  # nothing is known: nothing is asked


def test_a_decision_is_one_of_its_options_or_something_else() -> None:
    desk = Desk()
    desk.act(acts.BeginCourse(**WHO, template="s3-induction"))
    decide = {"what": "decided", "to": "after-3", "reason": "because"}
    with pytest.raises(Refusal, match="choose one of: go on as planned, small increase, another treatment, stop"):
        desk.act(acts.ChartCourse(**WHO, **decide, choice="double it"))
    assert desk.act(acts.ChartCourse(**WHO, **decide, choice="small increase")).payload["choice"] == "small increase"
    assert desk.act(acts.ChartCourse(**WHO, **decide, choice="something else")).payload["choice"] == "something else"


def test_a_follow_up_call_is_charted_and_its_flag_stands(tmp_path: Path) -> None:
    desk = Desk()
    desk.act(acts.BeginCourse(**WHO, template="s1-weekly"))
    desk.clock.at_ns += 86_400 * NS
    call = {"scale": "post_session", "use": "follow-24-h"}
    desk.act(acts.ChartScale(**WHO, **call, answers={"1": 0, "2": 1, "3": 1}))
    record = desk.chair._past.record("Test, A", "1980-01-01")
    assert record is not None
    sentences = [flag.sentence for _, flag in record.flagged]
    assert sentences == ["After the session: thoughts of death, suicide or self-harm"]
    with pytest.raises(Refusal, match="no baseline"):
        desk.act(acts.ChartScale(**WHO, scale="post_session", use="baseline", answers={"1": 0}))

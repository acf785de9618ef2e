"""The paper sheet: due times of every shipped protocol, the dose as typed, pages that a reader can open."""

from __future__ import annotations

import re
from io import BytesIO

import msgspec
import pytest
from pypdf import PdfReader

from charting.leaving import criteria_of
from charting.paper import (
    MOST_ROWS,
    PaperError,
    Rating,
    Sheet,
    device_count,
    gate_lines,
    given_min,
    sheet_of,
)
from charting.paper_page import pages_of, pdf_of
from charting.paper_words import acts_of, text_of
from charting.pdf import A4_WIDTH, Page, document, strange, width, wrapped
from charting.protocol import Protocol
from charting.protocol_files import load_protocols

PROTOCOLS = load_protocols()
IV, NASAL = PROTOCOLS["iv-standard"], PROTOCOLS["esketamine-nasal"]


def due(sheet: Sheet, cell: str) -> list[str]:
    return [sheet.clock(row.minute) for row in sheet.rows if cell in row.asked]


def texts(made: bytes) -> str:
    """What another library reads in the file."""
    return "\n".join(page.extract_text() for page in PdfReader(BytesIO(made)).pages)


def test_an_infusion_has_its_ratings_and_pressures_at_their_times() -> None:
    sheet = sheet_of(IV, start_min=600)
    assert due(sheet, "sedation") == ["10:15", "10:30", "10:45", "11:00", "11:15", "11:30"]
    assert due(sheet, "bp") == ["before", "10:40", "10:55", "11:10", "11:25", "11:40"]
    assert sheet.clock(sheet.leave_min) == "11:40"
    assert sheet.rows[0].asked[:3] == ("bp", "pulse", "spo2")


def test_what_leaving_takes_is_worded_as_at_the_chair() -> None:
    assert sheet_of(IV).criteria == tuple(one.sentence for one in criteria_of(IV.recovery))
    assert "modified Aldrete 9 or more" in sheet_of(IV).criteria


def test_times_cross_midnight_and_without_a_start_count_from_it() -> None:
    assert due(sheet_of(IV, start_min=23 * 60 + 50), "bp")[1:3] == ["00:30", "00:45"]
    assert due(sheet_of(IV), "bp")[:2] == ["before", "+40 min"]


@pytest.mark.parametrize(("mg", "devices"), [(None, 3), (56.0, 2), (84.0, 3)])
def test_devices_have_their_rests_and_leave_two_hours_after_the_start(mg: float | None, devices: int) -> None:
    sheet = sheet_of(NASAL, start_min=9 * 60, mg=mg)
    given = [sheet.clock(row.minute) for row in sheet.rows if any(one.startswith("device") for one in row.says)]
    assert given == ["09:00", "09:05", "09:10"][:devices]
    assert given_min(NASAL, mg) == (devices - 1) * 5 and device_count(NASAL, mg) == devices
    assert sheet.clock(sheet.leave_min) == ("11:00")
    assert "09:40" in due(sheet, "bp") and due(sheet, "spo2") == ["before", "09:30", "10:00", "10:30", "11:00"]
    assert acts_of(NASAL, devices) == tuple(f"Device {n}" for n in range(1, devices + 1))


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda one: one.id)
def test_every_shipped_protocol_fits_two_pages_that_say_what_it_asks(protocol: Protocol) -> None:
    sheet = sheet_of(protocol, start_min=600)
    made = pdf_of(sheet)
    pages = pages_of(sheet)
    assert 1 <= len(pages) <= 2 and len(PdfReader(BytesIO(made)).pages) == len(pages)
    assert made == pdf_of(sheet)  # the same sheet is the same file
    said = texts(made)
    assert protocol.name in said and f"page {len(pages)} of {len(pages)}" in said
    assert said.count("Birth date / record no") == len(pages)
    for words in (*(sheet.clock(row.minute) for row in sheet.rows), *sheet.criteria):
        assert words in said
    text = text_of(sheet)
    for words in (*gate_lines(sheet.gate), *sheet.criteria, *protocol.leave):
        assert words in text


@pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=lambda one: one.id)
def test_the_common_ways_to_give_it_fit_one_page(protocol: Protocol) -> None:
    long = {"ed-bolus", "iv-slow"}  # rated each five minutes; a hundred minutes
    assert len(pages_of(sheet_of(protocol))) == (2 if protocol.id in long else 1)


def test_letters_that_no_font_has_are_named_and_signs_are_escaped() -> None:
    page = Page()
    page.text(30, 30, "Łódź (a\\b) ü")
    assert strange(page.said) == "Łź"
    assert texts(document([page], "t")).strip() == "?ód? (a\\b) ü"
    assert width("abc", 10) < width("abc", 10, bold=True) < A4_WIDTH
    assert wrapped("one two three", 10, width("one two", 10)) == ("one two", "three")


def test_the_dose_is_what_was_typed_with_its_working_and_its_band() -> None:
    sheet = sheet_of(IV, weight_kg=81.5, mg_per_kg=0.5)
    assert sheet.dose == ("81.5 kg x 0.5 mg/kg = 40.75 mg",) and sheet.dose_mg == 40.75
    assert "40.75" in texts(pdf_of(sheet))
    high = sheet_of(IV, weight_kg=70, mg_per_kg=1.6)
    assert high.dose[1] == "1.6 mg/kg is above 1.5 mg/kg: a prescriber's override with its reason"
    assert sheet_of(IV).dose == () and sheet_of(IV).dose_mg is None  # no usual dose is filled in
    assert not re.search(r"Dose, mg: [0-9]", text_of(sheet_of(IV)))


@pytest.mark.parametrize(
    ("protocol", "typed", "sentence"),
    [
        (IV, {"weight_kg": 7.0}, "weight 7 kg is outside 20 to 300 kg; check the entry"),
        (IV, {"mg": 35.0}, "Ketamine IV, 0.5 mg/kg over 40 min states its dose in mg/kg; give it so"),
        (IV, {"mg_per_kg": 0.5, "mg": 35.0}, "give the dose in mg/kg or in mg, not both"),
        (NASAL, {"mg": 60.0}, "Esketamine nasal spray, 56 or 84 mg has doses of 56, 84 mg only"),
        (IV, {"gate": "nobody"}, "offers no gate 'nobody'; it has canmat-2021"),
    ],
)
def test_what_cannot_be_is_one_sentence(protocol: Protocol, typed: dict[str, float], sentence: str) -> None:
    with pytest.raises(PaperError) as refused:
        sheet_of(protocol, **typed)  # type: ignore[arg-type]
    assert sentence in str(refused.value)


def test_another_gate_and_a_clinic_s_own_rating_are_on_the_sheet() -> None:
    sheet = sheet_of(IV, gate="kassoc", known={"sedation": Rating("sedation", "calm", 0, 3)})
    assert sheet.gate.id == "kassoc" and "sedation 0-3" in texts(pdf_of(sheet))


def test_a_schedule_too_long_for_paper_is_refused() -> None:
    often = tuple(msgspec.structs.replace(one, every_min=1.0) if one.every_min else one for one in IV.observations)
    with pytest.raises(PaperError, match=f"more than {MOST_ROWS} due times"):
        sheet_of(msgspec.structs.replace(IV, observations=often))

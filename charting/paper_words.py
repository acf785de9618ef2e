"""The words of the paper sheet that page and text share: its heading, its boxes, the acts it has lines for. Pure."""

from __future__ import annotations

from charting.figures import computed, said
from charting.observation import OBSERVATIONS, PRESSURE_SYMPTOMS
from charting.paper import EVERY_MEASURED, Row, Sheet, device_count, gate_lines
from charting.protocol import Protocol

_TITLE = "Paper sheet: the station is down"
_PUMP = ("Start", "Hold", "Resume", "Rate", "Hold", "Resume", "Stop")
_HIGH_PRESSURE = "High pressure: ask first for " + ", ".join(OBSERVATIONS[one].text for one in PRESSURE_SYMPTOMS)
_CELLS = {"bp": "BP", "pulse": "pulse", "spo2": "SpO2"}


def heading(sheet: Sheet) -> tuple[str, ...]:
    """The title, the protocol with its version, and how to read the times."""
    p = sheet.protocol
    start = "from the start of the dose" if sheet.start_min is None else f"for a start at {sheet.clock(0)}"
    return (
        _TITLE,
        f"{p.name}   (protocol {p.id}, version {p.version})",
        f"Due times are {start}, as planned. A late start, a hold or a longer dose moves every row behind it: write the"
        " real time in each row. White cells are due. The monitor's own alarms must be on.",
    )


def dose_boxes(sheet: Sheet) -> tuple[tuple[str, float, str], ...]:
    """What is asked of the dose, how wide its box is, and what is known."""
    p = sheet.protocol
    weight = said(sheet.weight_kg) if sheet.weight_kg is not None else ""
    dose = computed(sheet.dose_mg) if sheet.dose_mg is not None else ""
    per_kg = said(sheet.mg_per_kg) if sheet.mg_per_kg is not None else ""
    known = ("Weight, kg", 62, weight), ("Dose, mg", 68, dose)
    people = ("Drawn up by", 72, ""), ("Checked by (another person)", 92, "")
    if p.devices is not None:
        count = str(device_count(p, sheet.dose_mg)) if sheet.dose_mg is not None else ""
        per = (f"Devices of {p.devices.device_mg:g} mg", 80, count), ("Lot, expiry", 150, "")
        return (*known, *per, ("Handed out by", 72, ""), people[1])
    strength = ("Strength, mg/mL", 66, ""), ("Volume, mL", 62, "")
    if p.kind == "infusion":
        return (known[0], ("Dose, mg/kg", 58, per_kg), known[1], *strength, ("Rate, mL/h", 62, ""), *people)
    return (known[0], ("Dose, mg/kg", 58, per_kg), known[1], *strength, ("Site or form", 62, ""), *people)


def acts_of(protocol: Protocol, devices: int) -> tuple[str, ...]:
    """The first words of the lines for acts."""
    if protocol.devices is not None:
        return tuple(f"Device {n}" for n in range(1, devices + 1))
    return {"infusion": _PUMP, "bolus": ("Begun", "Ended")}.get(protocol.kind, ("Given",))


def amount_of(protocol: Protocol) -> str:
    """What is written beside an act."""
    return "Rate, mL/h" if protocol.kind == "infusion" else "Amount, mg"


def notes_of(protocol: Protocol) -> tuple[str, ...]:
    """What changes the schedule or comes before an act, a line each."""
    again = f"; measured again after {protocol.high_pressure.repeat_after_min:g} min"
    notes = [f"{_HIGH_PRESSURE}{again if 'repeat' in protocol.high_pressure.ask else ''}"]
    if protocol.devices is not None:
        notes.append(f"Rest of {protocol.devices.rest_s / 60:g} min at least between two devices")
    notes += [
        f"With {one.name}: sedation rated each {one.sedation_every_min:g} min"
        for one in protocol.co_medications
        if one.sedation_every_min is not None
    ]
    return tuple(notes)


def asked_text(row: Row) -> str:
    """What a row asks for, in words."""
    cells = (*EVERY_MEASURED, *(one for one in row.asked if one not in EVERY_MEASURED))
    return ", ".join(_CELLS.get(one, one.replace("_", " ")) for one in cells if one in row.asked)


def text_of(sheet: Sheet) -> str:
    """The sheet as text, for a screen or a plain printer."""
    p = sheet.protocol
    boxes = "   ".join(f"{asked}: {known or '________'}" for asked, _, known in dose_boxes(sheet))
    ratings = "   ".join(
        f"{one.text} {one.lowest}-{one.highest}" if one.lowest is not None else one.text for one in sheet.ratings
    )
    rows = (
        f"{sheet.clock(row.minute):<9} {asked_text(row):<34} {', '.join(row.says)}".rstrip()
        + "\n          time ______ BP ______/______ pulse ______ SpO2 ______ "
        + " ".join(f"{one.id} ____" for one in sheet.ratings)
        for row in sheet.rows
    )
    acts = (
        f"{one:<9} time ______ {amount_of(p)} ______ reason ______________________ by ____"
        for one in acts_of(p, device_count(p, sheet.dose_mg))
    )
    told = (*(f"[ ] {one}" for one in sheet.criteria), *(f"[ ] told: {one}" for one in p.leave))
    return "\n".join(
        (
            *heading(sheet),
            "",
            "Patient ______________________ Birth date / record no _____________ Date ________ Chair ____ Checked ____",
            boxes,
            *sheet.dose,
            "",
            f"Gate: {sheet.gate.name}",
            *gate_lines(sheet.gate),
            *notes_of(p),
            "",
            f"Ratings: {ratings}",
            *rows,
            "",
            *acts,
            "",
            f"Leaving: as planned not before {sheet.clock(sheet.leave_min)}, and only when all of this is true",
            *told,
            "",
            "Left at ______ with ______________ Nurse ______________ Clinician ______________ Entered by ____________",
        )
    )

"""Why an infusion was stopped, as a word that can be counted: the first one of the reason, where it is of the table.

A code that a person did not type is none: free text is never read for a meaning.
"""

from __future__ import annotations

# after the reasons that sources count separately (clinical.md 1.5, 1.6); a default of ours, to be reviewed
STOPS: dict[str, str] = {
    "done": "the dose is in",
    "bp": "blood pressure",
    "hr": "heart rate or rhythm",
    "breathing": "SpO2 or breathing",
    "dissociation": "dissociation or distress",
    "nausea": "nausea or vomiting",
    "wish": "the patient's wish",
    "line": "line, pump or device",
    "emergency": "emergency",
    "other": "another reason",
}
UNCODED = ""
HINT = f"Begin with a word that can be counted: {', '.join(code for code in STOPS if code != 'emergency')}"


def stop_code(reason: str) -> str:
    """The code that ``reason`` begins with; ``UNCODED`` where it begins otherwise."""
    first = reason.casefold().replace(":", " ").replace(",", " ").split()[:1]
    return first[0] if first and first[0] in STOPS else UNCODED

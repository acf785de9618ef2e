"""Which classes of drug the esketamine monitoring form asks for, and words by which a drug is known to be of one.

A drug that is not among them is of no class here, which is not the same as of none: a person reviews what was found.
"""

from __future__ import annotations

import re

# classes as the form asks for them, clinical.md 1.4 (PMF [V]); members [M], for the clinic to review
CLASSES: dict[str, tuple[str, ...]] = {
    "benzodiazepines": (
        "alprazolam", "bromazepam", "chlordiazepoxide", "clobazam", "clonazepam", "clorazepate", "diazepam",
        "estazolam", "flurazepam", "lorazepam", "lormetazepam", "midazolam", "nitrazepam", "oxazepam", "temazepam",
        "triazolam", "benzodiazepine",
    ),
    "non-benzodiazepine sedative hypnotics": (
        "eszopiclone", "zaleplon", "zolpidem", "zopiclone", "daridorexant", "lemborexant", "suvorexant",
    ),
    "opioids": (
        "buprenorphine", "codeine", "fentanyl", "hydrocodone", "hydromorphone", "methadone", "morphine", "oxycodone",
        "oxymorphone", "tapentadol", "tramadol", "opioid",
    ),
    "psychostimulants": (
        "amphetamine", "amfetamine", "armodafinil", "dexamphetamine", "dexamfetamine", "dextroamphetamine",
        "lisdexamfetamine", "methylphenidate", "dexmethylphenidate", "modafinil", "stimulant", "psychostimulant",
    ),
    "monoamine oxidase inhibitors": (
        "isocarboxazid", "linezolid", "moclobemide", "phenelzine", "rasagiline", "safinamide", "selegiline",
        "tranylcypromine", "maoi",
    ),
}  # fmt: skip
_NONE = ("none", "none known", "no drugs", "no other drugs")


def classes_of(text: str) -> tuple[str, ...]:
    """The classes whose names stand in ``text``, as words."""
    words = set(re.findall(r"[a-z]+", text.casefold()))
    words |= {word.removesuffix("s") for word in words}
    return tuple(name for name, members in CLASSES.items() if words & set(members))


def says_none(text: str) -> bool:
    """True where somebody charted that there is no drug."""
    return text.strip(" .").casefold() in _NONE

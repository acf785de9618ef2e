"""keys.toml in the config folder: a clinic's own keys for the acts of ``keys.KEYS``, checked before the screen starts.

    [keys]
    hold = "p"
    acknowledge = "a,f4"

An act that is not named keeps its key. Keys inside a dialog (escape, enter, y, n) do not move, and F2 acknowledges
whatever the map says.
"""

from __future__ import annotations

import difflib
import string
import unicodedata
from pathlib import Path

import msgspec
from textual.keys import KEY_NAME_REPLACEMENTS

from station.errors import USAGE, Trouble
from station.tui.keys import FIXED, KEYS, Key
from station.written import line_of, load_toml, read_text

ALWAYS_ACKNOWLEDGES = "f2"
# Textual's name -> what a person reads; beside these any single printable character is a key. No chords during a
# session, no Enter (it never gives a drug), no Escape (it leaves dialogs)
NAMED = {
    **{name: name for name in ("space", "tab", "backspace", "insert", "delete", "home", "end", "pageup", "pagedown")},
    **{name: name for name in ("left", "right", "up", "down")},
    **{f"f{n}": f"F{n}" for n in range(1, 13)},
}
_UNICODE = {sign: unicodedata.name(sign).lower().replace("-", "_").replace(" ", "_") for sign in string.punctuation}
_SIGNS = {sign: KEY_NAME_REPLACEMENTS.get(name, name) for sign, name in _UNICODE.items()}  # "?": question_mark
_MOVABLE = tuple(key.id for key in KEYS if key.id not in FIXED)
_Keys = msgspec.defstruct(
    "_Keys", [(name, str, "") for name in _MOVABLE], frozen=True, forbid_unknown_fields=True, rename=None
)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keys: _Keys = _Keys()  # type: ignore[valid-type]  # made of the table above


def read_keys(folder: Path) -> tuple[Key, ...]:
    """``KEYS`` as keys.toml in ``folder`` moves them; as they are where there is no such file.

    Raises ``Trouble``: one sentence with line and nearest name for an unknown act, an unknown key, a key given twice.
    """
    path = folder / "keys.toml"
    if not path.exists():
        return KEYS
    given = msgspec.to_builtins(load_toml(path, _File, "key map").keys)
    moved = tuple(_moved(key, given[key.id], path) if given.get(key.id) else key for key in KEYS)
    owners: dict[str, str] = {}
    for key in moved:
        for name in key.key.split(","):
            other = owners.setdefault(name, key.id)
            if other != key.id:
                named = key.id if given.get(key.id) else other  # the one the file speaks of
                raise _trouble(path, named, f"the key '{shown(name)}' is given to {other} and to {key.id}")
    return moved


def keymap(keys: tuple[Key, ...]) -> dict[str, str]:
    """``keys`` as Textual wants them: the key of each binding by its id."""
    return {key.id: key.key for key in keys if key.id not in FIXED}


def shown(name: str) -> str:
    """A key's name as a person reads it."""
    return NAMED.get(name) or next((sign for sign, of in _SIGNS.items() if of == name), name)


def _moved(key: Key, given: str, path: Path) -> Key:
    names = [_name(word.strip(), key.id, path) for word in given.split(",")]
    first = shown(names[0])
    if key.id == "acknowledge" and ALWAYS_ACKNOWLEDGES not in names:
        names.append(ALWAYS_ACKNOWLEDGES)
    return key._replace(key=",".join(names), shown=first)


def _name(word: str, act: str, path: Path) -> str:
    if word in NAMED:
        return word
    if word in _SIGNS.values() or (len(word) == 1 and word.isascii() and word.isprintable()):
        return _SIGNS.get(word, word)  # a comma parts keys, so it is written as comma
    near = difflib.get_close_matches(word.lower(), NAMED, n=1, cutoff=0.5)
    hint = f"did you mean '{near[0]}'?" if near else "a key is one character, F1 to F12, space, tab or an arrow"
    raise _trouble(path, act, f"'{word}' is no key that an act can have; {hint}")


def _trouble(path: Path, act: str, sentence: str) -> Trouble:
    return Trouble(f"{path}{line_of(read_text(path, 'key map'), act, ['keys', act])}: {sentence}", USAGE)

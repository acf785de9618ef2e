"""Files of rules (protocols, gates, screening, courses), the shipped and the clinic's own: read strictly, and what is
wrong with one told in one sentence that names file and key and says what to do.

It is a clinician who writes them, so no word of a program's types is in a sentence. The key's path counts entries from
one: ``observe #2.at_min`` is ``at_min`` of the second ``[[observe]]``.
"""

from __future__ import annotations

import difflib
import hashlib
import math
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec
from msgspec import Meta

from charting.rule_line import line_of
from drivers.core.text import clean

T = TypeVar("T")
LONGEST_TEXT = 600  # more than any source or question needs; a longer one is a paste that went wrong
Id = Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Text = Annotated[str, Meta(min_length=1)]
Positive = Annotated[float, Meta(gt=0)]
NotNegative = Annotated[float, Meta(ge=0)]
Range = tuple[Positive, Positive]

_NEEDED = {
    "float": "a number",
    "int": "a whole number",
    "str": "text in quotes",
    "bool": "true or false",
    "array": "a list in [ ]",
    "object": "a table with keys of its own",
    "date": "a date without quotes",
}


class FileError(ValueError):
    """A file that may not be used. The message is one sentence made to be shown; ``key`` is where in ``file`` it is."""

    def __init__(self, file: str, sentence: str, key: str = "", line: int | None = None) -> None:
        at = f" line {line}" if line is not None else ""
        super().__init__(f"{file}{at}{f': {key}: ' if key else ': ' if file else ''}{sentence}")
        self.file, self.sentence, self.key = file, sentence, key


class Fault(NamedTuple):
    """What is wrong at a key, and what to do; ``key`` is a path as described above."""

    key: str
    sentence: str


def read(file: Path | Traversable) -> dict[str, Any]:
    """The TOML in ``file``. ``FileError`` where it cannot be read, is no text or is not valid TOML."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        sentence = f"{clean(file.name)} cannot be read: {error.strerror}; check the file and its rights"
        raise FileError("", sentence) from None
    except UnicodeDecodeError:
        raise FileError("", f"{clean(file.name)} is not text in UTF-8; save it as plain text") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise FileError("", f"{clean(file.name)} is not valid TOML: {clean(str(error))}; mend that line") from None


def loaded(file: Path | Traversable, make: Callable[[Mapping[str, Any], str], T]) -> T:
    """What ``make`` makes of the TOML in ``file`` and its name: the one way every file of rules is read. A mistake at a
    key is told with its line."""
    data = read(file)
    try:
        return make(data, file.name)
    except FileError as error:
        line = line_of(file.read_text(encoding="utf-8"), error.key) if error.key and error.file else None
        if line is None:
            raise
        raise FileError(error.file, error.sentence, error.key, line) from None


def tomls(folder: Path | Traversable) -> list[Path | Traversable]:
    """Every TOML file of a folder, in the order of their names; none where there is no such folder."""
    if isinstance(folder, Path) and not folder.exists():
        return []
    if not folder.is_dir():
        raise FileError("", f"{clean(folder.name)} is no folder that can be read; make it or correct the setting")
    return sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name)


def shaped(data: Mapping[str, Any], shape: type[T], where: str) -> T:
    """``data`` as a ``shape`` (a Struct that forbids unknown keys), every text in it cleaned.

    Raises ``FileError`` that begins with ``where``, the file's name.
    """
    faults: list[Fault] = []
    cleaned = _cleaned(data, "", faults)
    refuse(where, faults)
    try:
        return msgspec.convert(cleaned, shape)
    except msgspec.ValidationError as error:
        refuse(where, [_explained(str(error), shape)])
        raise


def refuse(where: str, faults: Iterable[Fault]) -> None:
    """Raises ``FileError`` for the first of ``faults``, if there is one."""
    for fault in faults:
        raise FileError(clean(where), fault.sentence, fault.key)


def nearest(word: str, known: Iterable[str]) -> str:
    """The ending of a sentence about an unknown word: the nearest known one, else all of them."""
    known = sorted(known)
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean '{near[0]}'?" if near else f"known are: {', '.join(known)}"


def twice(words: Iterable[str]) -> str | None:
    """The first of ``words`` that stands there a second time."""
    seen: set[str] = set()
    return next((word for word in words if word in seen or seen.add(word)), None)  # type: ignore[func-returns-value]


def digest(rules: msgspec.Struct) -> str:
    """Hex BLAKE2b-128 of the canonical JSON: equal digests rule alike, whether 40 or 40.0 was written."""
    canonical = msgspec.convert(msgspec.to_builtins(rules), type(rules))  # every number as its field's type
    return hashlib.blake2b(msgspec.json.encode(canonical, order="deterministic"), digest_size=16).hexdigest()


def replaced(what: str, new: msgspec.Struct, old: msgspec.Struct | None, key: str = "version") -> Iterator[Fault]:
    """A fault where ``new`` takes the place of ``old``, of the same id, with other content under the same version: a
    chart that names id and version could then mean either."""
    named, before = ((getattr(one, "id", ""), getattr(one, "version", "")) for one in (new, old))
    if old is not None and named == before and digest(new) != digest(old):
        sentence = f"{what} '{named[0]}' version {named[1]} is known with other content; give yours a new version"
        yield Fault(key, sentence)


def _cleaned(value: Any, path: str, faults: list[Fault]) -> Any:
    if isinstance(value, Mapping):
        return {k: _cleaned(v, f"{path}.{clean(k, 40)}".lstrip("."), faults) for k, v in value.items()}
    if isinstance(value, list):
        return [_cleaned(v, f"{path} #{n}", faults) for n, v in enumerate(value, 1)]
    if isinstance(value, float) and not math.isfinite(value):
        faults.append(Fault(path, "this is no number that can be used; write an ordinary number"))
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            faults.append(Fault(path, f"the text is longer than {LONGEST_TEXT} characters; shorten it"))
        return clean(value, LONGEST_TEXT)
    return value


def _explained(message: str, shape: Any) -> Fault:
    """msgspec's message in a clinician's words."""
    said, _, at = message.partition(" - at `$")
    steps = re.findall(r"[^.\[\]`]+", at)
    path = "".join(f" #{int(s) + 1}" if s.isdigit() else f".{s}" for s in steps).lstrip(".")
    node = _at(msgspec.inspect.type_info(shape), steps)
    quoted = re.search(r"[`'](.*)[`']$", said)
    word = clean(quoted.group(1), 40) if quoted else ""
    below = f"{path}.{word}".lstrip(".")
    if "unknown field" in said:
        known = [f.encode_name for f in node.fields] if isinstance(node, msgspec.inspect.StructType) else []
        return Fault(below, f"there is no key '{word}' here; {nearest(word, known)}")
    if "missing required field" in said:
        return Fault(below, "this key is missing; add it")
    if "enum value" in said:
        return Fault(path, f"'{word}' cannot stand here; {nearest(word, _words(node))}")
    if bound := re.search(r"(>=|>|<=|<) ([\d.]+)$", said):
        least, number = bound.groups()
        if "length" in said:
            return Fault(path, "this is empty; fill it in")
        words = {">": "above", ">=": "at least", "<": "below", "<=": "at most"}[least]
        return Fault(path, f"the number must be {words} {float(number):g}; check it")
    if "regex" in said:
        return Fault(path, "only small letters, digits and single hyphens can stand here, as in 'iv-standard'")
    if length := re.search(r"of length (\d+), got (\d+)", said):
        return Fault(path, f"{length.group(1)} values must stand here, not {length.group(2)}; write [lowest, highest]")
    if expected := re.search(r"Expected `(\w+).*?`(?:, got `(\w+)`)?", said):
        needed, got = (_NEEDED.get(kind or "", "") for kind in expected.groups())
        return Fault(path, f"{needed or 'something else'} must stand here{', not ' + got if got else ''}")
    return Fault(path, "this cannot be used; compare it with a shipped file")


def _at(node: Any, steps: list[str]) -> Any:
    """The type that ``steps`` of a path lead to."""
    info = msgspec.inspect
    for step in [*steps, ""]:
        if isinstance(node, info.UnionType):
            node = next(t for t in node.types if not isinstance(t, info.NoneType))
        if not step:
            break
        if isinstance(node, info.StructType):
            node = next(f.type for f in node.fields if f.encode_name == step)
        elif isinstance(node, info.VarTupleType):
            node = node.item_type
        elif isinstance(node, info.TupleType):
            node = node.item_types[int(step)]
    return node


def _words(node: Any) -> list[str]:
    if isinstance(node, msgspec.inspect.LiteralType):
        return [str(v) for v in node.values]
    return [str(one.value) for one in node.cls] if isinstance(node, msgspec.inspect.EnumType) else []

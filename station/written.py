"""Files people write (scenario, alarm preset, station.toml): TOML read strictly, mistakes told with their line."""

from __future__ import annotations

import difflib
import re
import tomllib
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from station.errors import USAGE, Trouble

T = TypeVar("T")


def read_text(path: Path, what: str) -> str:
    """The file's text. ``Trouble`` names the file and why it cannot be read."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise Trouble(f"{path} is not text, so it is no {what}") from None
    except OSError as error:
        raise Trouble(f"cannot read the {what} {path}: {error.strerror}") from None


def read_toml(path: Path, what: str) -> dict[str, Any]:
    """The file as a dict, or ``Trouble`` with the line at fault."""
    try:
        return tomllib.loads(read_text(path, what))
    except tomllib.TOMLDecodeError as error:
        raise Trouble(f"{path}: not valid TOML: {error}", USAGE) from None


def load_toml(path: Path, shape: type[T], what: str) -> T:
    """The file as a ``shape`` (a msgspec Struct that forbids unknown fields).

    Raises ``Trouble`` with the line of the key at fault and, for a key nobody knows, the nearest one that exists.
    """
    data = read_toml(path, what)
    try:
        return msgspec.convert(data, shape)
    except msgspec.ValidationError as error:
        raise Trouble(f"{path}{explain(str(error), path, shape)}", USAGE) from None


def explain(message: str, path: Path, shape: Any) -> str:
    """msgspec's message in a user's words: `` line N: unknown key 'x'; did you mean 'y'?``."""
    text = read_text(path, "file")
    where = re.search(r" - at `\$\.?(.*)`$", message)
    steps = re.findall(r"[^.\[\]]+", where.group(1)) if where else []
    unknown = re.search(r"unknown field `(.+?)`", message)
    if unknown is None:
        key = next((s for s in reversed(steps) if not s.isdigit() and s != "..."), "")
        plain = message.split(" - at ")[0]
        return f"{line_of(text, key, steps)}: {key + ': ' if key else ''}{plain}"
    key = unknown.group(1)
    known = _fields_at(shape, steps)
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.4)
    hint = f"did you mean '{near[0]}'?" if near else f"known keys here: {', '.join(sorted(known))}"
    return f"{line_of(text, key, steps)}: unknown key '{key}'; {hint}"


def _fields_at(shape: Any, steps: list[str]) -> list[str]:
    """Field names of the struct that ``steps`` lead to within ``shape``."""
    node = msgspec.inspect.type_info(shape)
    for step in ["", *steps]:
        node = _struct_in(node, step)
    return [f.encode_name for f in node.fields] if isinstance(node, msgspec.inspect.StructType) else []


def _struct_in(node: Any, step: str) -> Any:
    info = msgspec.inspect
    if isinstance(node, info.StructType) and step:
        node = next((f.type for f in node.fields if f.encode_name == step), node)
    while not isinstance(node, info.StructType):
        if isinstance(node, info.UnionType):
            node = next((t for t in node.types if not isinstance(t, info.NoneType)), None)
        elif isinstance(node, info.VarTupleType | info.ListType):
            node = node.item_type
        elif isinstance(node, info.DictType):
            node = node.value_type
        else:
            return node
    return node


def line_of(text: str, key: str, steps: list[str]) -> str:
    """`` line N`` of the assignment or table header of ``key``, searched after the header of its table."""
    lines = text.splitlines()
    tables = [s for s in steps if not s.isdigit() and s not in ("...", key)]
    nth = next((int(s) for s in steps if s.isdigit()), 0)
    start = 0
    if tables:
        headers = [n for n, line in enumerate(lines) if re.match(rf"\s*\[+\s*{re.escape(tables[0])}\b", line)]
        start = headers[min(nth, len(headers) - 1)] if headers else 0
    pattern = re.compile(rf"\s*(\[+\s*)?\"?{re.escape(key)}\"?\s*(=|\]|\.)")
    for n in [*range(start, len(lines)), *range(start)]:
        if pattern.match(lines[n]):
            return f" line {n + 1}"
    return ""

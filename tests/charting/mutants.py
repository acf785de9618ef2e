"""A file of rules changed at random, and whether its refusal is one sentence that names a key."""

from __future__ import annotations

import copy
import re
from typing import Any

import msgspec
from hypothesis import strategies as st

VALUES = st.one_of(
    st.none(),  # takes the key away
    st.booleans(),
    st.integers(-5, 10**30),
    st.floats(),
    st.sampled_from([0, 0.1, 0.5, 1, 2, 15, 28, 40, 56, 84, 120]),
    st.text(max_size=40),
    st.sampled_from(
        ["iv", "infusion", "held", "baseline", "mg", "canmat-2021", "pressure", "sedation", "repeat", "yes"]
    ),
    st.lists(
        st.one_of(st.floats(0, 100), st.integers(0, 9), st.sampled_from(["held", "symptoms", "nurse"])), max_size=3
    ),
    st.dictionaries(st.sampled_from(["usual", "id", "x"]), st.integers(), max_size=2),
)


def mutated(data: st.DataObject, file: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """A copy of ``file`` with one or two changes, and the keys in it that may be nobody's."""
    mutant = copy.deepcopy(file)
    added = {"x", "usual"}  # keys of VALUES that not every file knows
    for _ in range(data.draw(st.integers(1, 2))):
        places = paths(mutant)
        if not places:
            break
        path = data.draw(st.sampled_from(places))
        value = data.draw(VALUES)
        node: Any = mutant
        for step in path[:-1]:
            node = node[step]
        if value is None:
            del node[path[-1]]
        elif isinstance(node, dict) and data.draw(st.booleans()):
            name = data.draw(st.text("abcdefghij_", min_size=1, max_size=8))
            node[name] = value
            added.add(name)
        else:
            node[path[-1]] = value
    return mutant, added


def names_its_key(sentence: str, known: set[str]) -> bool:
    """True for one line, ``x.toml: key: what is wrong``, each step of the key known, no word a program's."""
    said = re.match(r"^x\.toml: ([^:\n]+): [^\n]+$", sentence)
    steps = re.sub(r" (#\d+|'[a-z0-9-]+')", "", said.group(1)).split(".") if said else [""]
    return set(steps) <= known and "Expected" not in sentence


def field_names(shape: Any) -> set[str]:
    """Every key that a file of this shape can have, at any depth."""
    return _names(msgspec.inspect.type_info(shape))


def paths(node: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in parsed TOML."""
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [*([path] if path else []), *(found for key, value in inner for found in paths(value, (*path, key)))]


def _names(node: Any) -> set[str]:
    info = msgspec.inspect
    if isinstance(node, info.StructType):
        return {f.encode_name for f in node.fields} | {n for f in node.fields for n in _names(f.type)}
    if isinstance(node, info.UnionType):
        return {name for one in node.types for name in _names(one)}
    return _names(node.item_type) if isinstance(node, info.VarTupleType) else set()

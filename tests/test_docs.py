"""What the README says a user can type exists, and every command is in the README."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import click
import msgspec
import pytest
from click.testing import CliRunner

from station.cli import main
from station.config import Config, check

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
COMMANDS = {name for name, command in main.commands.items() if not command.hidden}


def test_every_command_is_in_the_table_and_no_other() -> None:
    rows = set(re.findall(r"^\| `infusion-station ([a-z]+)` \|", README, re.MULTILINE))
    assert rows == COMMANDS


def _typed() -> list[list[str]]:
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    return [line.split()[1:] for line in lines if line.startswith("infusion-station")]


@pytest.mark.parametrize("words", _typed(), ids=" ".join)
def test_commands_in_the_text_are_understood(words: list[str]) -> None:
    command: click.Command = main
    context = click.Context(main)
    rest = list(words)
    while isinstance(command, click.Group) and rest and rest[0] in command.commands:
        command = command.commands[rest.pop(0)]
        context = click.Context(command, parent=context)
    command.parse_args(context, rest)  # raises on an option or argument that does not exist


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(main, [name, "--help"], standalone_mode=False)
    assert len(shown.output.splitlines()) > 3


def test_the_settings_shown_are_valid() -> None:
    block = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert block is not None
    config = check(msgspec.convert(tomllib.loads(block.group(1)), Config), "README")
    assert len(config.chair[0].port) == 2


def test_files_the_readme_points_to_exist() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_makefile_has_the_two_commands() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert {"demo", "test", "bench", "soak"} <= targets
    assert "make test" in (ROOT / ".ci" / "run").read_text()


def test_the_changelog_names_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text()

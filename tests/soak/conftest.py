"""Prints the closing table when all soaks are over."""

from __future__ import annotations

import pytest

from . import closing


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """After the last test."""
    if closing.ROWS:
        terminalreporter.section("soak")
        terminalreporter.write_line(closing.table())

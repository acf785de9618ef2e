"""``infusion-station sessions``: its options and arguments. What they do is in ``sessions.py``."""

from __future__ import annotations

from pathlib import Path

import click

from station.errors import USAGE, Trouble

LEDGER = click.option("--ledger", type=click.Path(path_type=Path), help="Another ledger than the station's.")
OUT = click.option("-o", "--output", "out", type=click.Path(path_type=Path), help="A file instead of stdout.")


@click.group()
def sessions() -> None:
    """The chart from the shell: list, show, sign, export, report, verify."""


@sessions.command("list")
@LEDGER
def sessions_list(ledger: Path | None) -> int:
    """Every session, newest first."""
    from station import sessions as room

    return room.list_sessions(ledger)


@sessions.command("show")
@LEDGER
@click.argument("session", required=False)
def sessions_show(ledger: Path | None, session: str | None) -> int:
    """One session in words."""
    from station import sessions as room

    return room.show(ledger, session)


@sessions.command("sign")
@LEDGER
@click.option("--by", default="", help="Your initials; with staff on the list they are asked for, and your PIN.")
@click.option("--yes", is_flag=True, help="Sign without being asked, whatever is missing.")
@click.argument("session", required=False)
def sessions_sign(ledger: Path | None, by: str, yes: bool, session: str | None) -> int:
    """Sign a session that is over, after what its chart does not hold was shown.

    A PIN is typed without being shown, or comes as a line on stdin. Several people can sign.
    """
    from station.sign import sign

    return sign(ledger, session, by, yes)


@sessions.command("export")
@LEDGER
@OUT
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="json", show_default=True)
@click.argument("session", required=False)
def sessions_export(ledger: Path | None, out: Path | None, form: str, session: str | None) -> int:
    """One session as data."""
    from station import sessions as room

    return room.export(ledger, session, form, out)


@sessions.command("verify")
@LEDGER
def sessions_verify(ledger: Path | None) -> int:
    """Check the chain of the whole ledger; exit code 1 if it does not hold."""
    from station import sessions as room

    return room.verify(ledger)


@sessions.command("report")
@LEDGER
@OUT
@click.option("--sbar", "page", flag_value="sbar", help="The hand-over card.")
@click.option("--course", "page", flag_value="course", help="The course sheet of the session's patient.")
@click.option(
    "--monitoring-form",
    "page",
    flag_value="form",
    help="Draft of the esketamine form; -o FILE.pdf or .html, else text.",
)
@click.option("--qa", "page", flag_value="qa", help="Counts over all sessions: stopped early, haemodynamic change.")
@click.option(
    "--plasma", "page", flag_value="plasma", help="Ketamine in the plasma each minute by models, not measured."
)
@click.option("--model", help="With --plasma: only the models whose names begin so: domino, clements, kamp.")
@click.argument("session", required=False)
def sessions_report(
    ledger: Path | None, out: Path | None, page: str | None, model: str | None, session: str | None
) -> int:
    """A page to read or print, as text."""
    if model is not None and page != "plasma":
        raise Trouble("--model is of --plasma: say both, or none", USAGE)
    if page == "plasma":
        from station.plasma_report import plasma_report

        return plasma_report(ledger, session, model, out)
    if page == "qa":
        from station.counting import qa_report

        return qa_report(ledger, out)
    if page == "form":
        from station.monitoring import monitoring_form

        return monitoring_form(ledger, session, out)
    if page == "course":
        from station.patients import course_report

        return course_report(ledger, session, out)
    if page is None:
        raise Trouble("say which report: --sbar, --course, --monitoring-form, --qa or --plasma", USAGE)
    from station import sessions as room

    return room.report(ledger, session, out)

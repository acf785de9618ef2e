"""``infusion-station paper``: its options. What it does is in ``paper.py``."""

from __future__ import annotations

from pathlib import Path

import click

from station.cli_sessions import OUT


@click.command()
@click.option("--protocol", default="", help="Which protocol, by its id; without it the one offered first.")
@click.option("--start", help="HH:MM when the dose begins; without it the times count from the start.")
@click.option("--weight-kg", type=float)
@click.option("--mg-per-kg", type=float, help="The dose that was prescribed.")
@click.option("--mg", type=float, help="The same, of a protocol that states it in mg.")
@click.option("--gate", default="", help="Which of the protocol's gates; without it its first.")
@click.option("--text", is_flag=True, help="As text instead of a PDF.")
@OUT
def paper(
    protocol: str,
    start: str | None,
    weight_kg: float | None,
    mg_per_kg: float | None,
    mg: float | None,
    gate: str,
    text: bool,
    out: Path | None,
) -> int:
    """A sheet to write on while the station is down: a protocol's due times, gate and boxes, A4.

    Print some without times beforehand, when nothing is down yet. P at the chair types a sheet back into the chart.
    """
    from station import paper as room

    wanted = room.Wanted(protocol, start, weight_kg, mg_per_kg, mg, gate)
    return room.print_text(wanted, out) if text else room.print_pdf(wanted, out)

"""``infusion-station staff``: who works here, with which role and PIN. What it does is in ``staffing.py``."""

from __future__ import annotations

import click

from charting.people import Role


@click.group()
def staff() -> None:
    """Who works at this station: names, initials, roles and PINs.

    Without anybody on the list, initials are enough to chart. With the first person, everybody who charts signs in.
    """


@staff.command("add")
@click.argument("initials")
@click.option("--name", required=True)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
def staff_add(initials: str, name: str, role: str) -> int:
    """Add a person; their PIN is asked for twice. The first one must be an admin, who is asked for from then on."""
    from station import staffing

    return staffing.add(initials, name, Role(role))


@staff.command("list")
@click.option("--retired", is_flag=True, help="Those, too, who work here no more.")
def staff_list(retired: bool) -> int:
    """Everybody who works here."""
    from station import staffing

    return staffing.show(retired)


@staff.command("pin")
@click.argument("initials")
def staff_pin(initials: str) -> int:
    """A new PIN for a person: they know the old one, or an admin is there."""
    from station import staffing

    return staffing.new_pin(initials)


@staff.command("retire")
@click.argument("initials")
def staff_retire(initials: str) -> int:
    """This person works here no more; what they charted keeps their name."""
    from station import staffing

    return staffing.retire(initials)

"""The command line (contract 2). Each command's work lives in a room of its own, imported only when it is called."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

from drivers.core.text import clean
from station import __version__
from station.cli_paper import paper
from station.cli_patients import patients
from station.cli_sessions import LEDGER, sessions
from station.cli_staff import staff
from station.errors import USAGE, Trouble

SCENARIO = "quiet"
DEVICE = "ge_dri"
LONGEST_SENTENCE = 1000


class Cli(click.Group):
    """A group whose errors are one line on stderr, never a traceback."""

    def main(self, *args: Any, **kwargs: Any) -> NoReturn:
        kwargs["standalone_mode"] = False
        try:
            if sys.stdout is None:
                raise Trouble("standard output is closed; there is nowhere to write")
            sys.exit(super().main(*args, **kwargs) or 0)
        except Trouble as trouble:
            _end(str(trouble), trouble.exit_code)
        except click.exceptions.NoArgsIsHelpError as error:
            _end(error.format_message(), USAGE)
        except click.ClickException as error:
            _end(error.format_message(), USAGE)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(130)

    def invoke(self, ctx: click.Context) -> Any:
        """Here, because click's own ``main`` would turn a reader that left into exit code 1."""
        try:
            done = super().invoke(ctx)
            sys.stdout.flush()
            return done
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # so that nothing fails again at exit
            if error.errno == errno.EPIPE:
                return 0
            where = f"{error.filename}: " if error.filename else ""
            raise Trouble(f"{where}{error.strerror or error}") from None


def _end(sentence: str, code: int) -> NoReturn:
    click.echo(f"infusion-station: {clean(sentence, LONGEST_SENTENCE)}", err=True)  # it quotes what was typed
    sys.exit(code)


def _chair_options(command: Any) -> Any:
    command = click.option("--port", help="Path, by-id path, socket://HOST:PORT or rfc2217://HOST:PORT.")(command)
    return click.option("--device", help="Driver of the monitor on that port, for example ge_dri.")(command)


@click.group(cls=Cli, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@_chair_options
@click.version_option(__version__, prog_name="infusion-station")
@click.pass_context
def main(context: click.Context, device: str | None, port: str | None) -> int:
    """Chairside monitoring and charting of ketamine infusions.

    Without a command: start the recorder if none runs, and show it. A secondary display and chart, not a medical
    device: the bedside monitor's own alarms must be on.
    """
    if context.invoked_subcommand is not None:
        if device or port:
            raise Trouble("--device and --port stand alone or behind a command, not before one", USAGE)
        return 0
    from station import starting

    return starting.start_and_attach(device, port)


main.add_command(sessions)
main.add_command(patients)
main.add_command(staff)
main.add_command(paper)


@main.command()
def attach() -> int:
    """Show a recorder that runs already."""
    from station import starting

    return starting.attach()


@main.command()
def status() -> int:
    """Say whether a recorder runs, with its pid, chairs and sessions."""
    from station import starting

    return starting.status()


@main.command()
@click.option("--force", is_flag=True, help="Even while a session is open; it is resumed at the next start.")
def stop(force: bool) -> int:
    """End the recorder."""
    from station import starting

    return starting.stop(force)


@main.command()
@_chair_options
@click.option("--speed", type=float, default=1.0, hidden=True)
@click.option("--leash", type=int, hidden=True, help="A descriptor whose closing ends the recorder.")
@click.option("--ready-fd", type=int, hidden=True, help="A descriptor told when the recorder serves.")
@click.option("--again", is_flag=True, hidden=True, help="After one that died: by its settings, if need be.")
def record(
    device: str | None, port: str | None, speed: float, leash: int | None, ready_fd: int | None, again: bool
) -> int:
    """Run the recorder in the foreground, as a service does."""
    from station import starting

    return starting.record(device, port, speed=speed, leash=leash, ready_fd=ready_fd, again=again)


@main.command()
@click.option("--scenario", default="hypertensive-response", show_default=True)
@click.option("--speed", type=click.FloatRange(0.1, 60), default=10.0, show_default=True, help="Of the chart's clock.")
@click.option("--chairs", type=click.IntRange(1, 64), default=2, show_default=True, help="More than one: the wall.")
def demo(scenario: str, speed: float, chairs: int) -> int:
    """A throw-away station with simulated devices and a scripted nurse. Everything ends with the viewer."""
    from station.demo import demo as run

    return run(scenario, speed, chairs)


@main.command()
@click.argument("capture", type=click.Path(path_type=Path))
@click.option("--speed", type=click.FloatRange(0.1, 60), default=1.0, show_default=True)
@click.option("--seek", type=str, default="0", help="Begin at this time: seconds, MM:SS or HH:MM:SS.")
def replay(capture: Path, speed: float, seek: str) -> int:
    """Show a raw capture live, as it arrived."""
    from station.demo import replay as run

    return run(capture, speed, seek)


@main.command("play-capture", hidden=True)
@click.argument("capture", type=click.Path(path_type=Path))
@click.option("--link", type=click.Path(path_type=Path), required=True)
@click.option("--speed", type=float, default=1.0)
@click.option("--seek", type=float, default=0.0)
@click.option("--leash", type=int)
def play_capture(capture: Path, link: Path, speed: float, seek: float, leash: int | None) -> int:
    """The far end of ``replay``."""
    from station.player import play

    return play(capture, link, speed=speed, seek_s=seek, leash=leash)


@main.command()
@click.argument("device")
@click.option("--scenario", default=SCENARIO, show_default=True)
@click.option("--playback", type=click.Path(path_type=Path), help="A CSV of vitals instead of a scenario.")
@click.option("--port", help="Speak on this existing port.")
@click.option("--link", type=click.Path(path_type=Path), help="Make a new pty and this symlink to it.")
@click.option("--tcp", help="Listen on HOST:PORT.")
@click.option("--speed", type=click.FloatRange(0.1, 60), default=1.0, show_default=True)
@click.option("--leash", type=int, hidden=True)
def simulate(
    device: str,
    scenario: str,
    playback: Path | None,
    port: str | None,
    link: Path | None,
    tcp: str | None,
    speed: float,
    leash: int | None,
) -> int:
    """Be a device that speaks its protocol. The first line of stdout is its path or address."""
    from station.simulate import simulate as run

    return run(device, scenario, playback, port=port, link=link, tcp=tcp, speed=speed, leash=leash)


@main.command("simulate-many", hidden=True)
@click.argument("named", nargs=-1)
@click.option("--speed", type=float, default=1.0)
@click.option("--leash", type=int)
def simulate_many(named: tuple[str, ...], speed: float, leash: int | None) -> int:
    """Many devices in one process, each DEVICE,SCENARIO,LINK: the far end of a demo of many chairs."""
    from station.simulate import simulate_many as run

    return run([tuple(name.split(",", 2)) for name in named], speed, leash)


@main.command()
@click.argument("device")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def decode(device: str, file: Path) -> int:
    """A capture (a file, or - for stdin) to JSON lines."""
    from station.decode import decode as run

    return run(device, file)


@main.command()
@click.option("--scenario", default=SCENARIO, show_default=True)
@click.option("--playback", type=click.Path(path_type=Path), help="A CSV of vitals instead of a scenario.")
@click.option("--device", default=DEVICE, show_default=True)
@click.option("--preset", default="standard", show_default=True, help="A shipped alarm preset, or a TOML file.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option("--ledger", type=click.Path(path_type=Path), help="Keep the chart in this new file.")
def rehearse(scenario: str, playback: Path | None, device: str, preset: str, seed: int, ledger: Path | None) -> int:
    """A whole session in virtual time: alarm transitions as JSON lines."""
    import msgspec

    from station import config, feeds, rehearse as room  # the order of cost: cheap checks fail first
    from station.presets import preset_called

    config.check_device(device)
    feed = feeds.feed(scenario, playback, device, seed)
    told = room.rehearse(feed, device, preset_called(preset), seed, ledger, lambda said: click.echo(said, err=True))
    for line in told:
        click.echo(msgspec.json.encode(line))
    return 0


@main.command()
@click.option("--weight-kg", type=float, required=True)
@click.option("--mg-per-kg", type=float, help="Without it: what the pump's rate gives.")
@click.option("--minutes", type=float, required=True)
@click.option("--mg-per-ml", type=float, required=True, help="Of what is in the pump.")
@click.option("--vial-mg-per-ml", type=float, help="For the volume to draw up.")
@click.option("--rate-ml-per-h", type=float, help="As the pump is set; beside a dose: whether it fits.")
def dose(**typed: Any) -> int:
    """Dose arithmetic as JSON: its working, and the questions the chart would ask. It advises no dose."""
    import msgspec

    from station.dose import Typed, reckoned

    click.echo(msgspec.json.encode(reckoned(Typed(**typed))))
    return 0


@main.command()
@LEDGER
@click.argument("session", required=False)
def review(ledger: Path | None, session: str | None) -> int:
    """Look back at charted sessions in the terminal: search, summary, exact values at any moment, replay at speed."""
    from station.reviewing import review as run

    return run(ledger, session)


@main.command()
@click.option("--sound", is_flag=True, help="Test the alarm tones by ear: count the pulses you hear.")
def doctor(sound: bool) -> int:
    """Look at this machine: what would keep the station from working well."""
    from station.doctor import by_ear, doctor as run

    return by_ear() if sound else run()

"""Children for the fault tests: they commit, say so after COMMIT has returned, and are then failed or killed.

Run as ``python ledger_child.py commit LEDGER COUNT [LIMIT_BYTES]`` or ``... kill LEDGER ROUNDS SEED``. One line of
stdout for each fact.
"""

from __future__ import annotations

import os
import random
import resource
import signal
import sys
from pathlib import Path

from ledger_makers import draft, opening, rows

from charting.ledger.errors import LedgerError, LedgerFailed
from charting.ledger.store import Store
from charting.model import Entry, Kind


def say(text: str) -> None:
    """One line, out at once: a killed child must not keep an acknowledgement in a buffer."""
    os.write(1, f"{text}\n".encode())


def commit(path: Path, count: int, limit_bytes: int | None) -> None:
    """Commit ``count`` entries with a row each; what failed is kept and given again, as the recorder does."""
    if limit_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit_bytes, resource.RLIM_INFINITY))
    try:
        store = Store.open(path)
    except LedgerError as error:
        return say(f"refused {type(error).__name__} {error.sentence}")
    chain = store.chain()
    waiting: list[Entry] = [chain.stage(opening())]
    row = -1
    for n in range(count):
        waiting.append(chain.stage(draft(Kind.NOTE, n, text="x" * 200)))
        pending = rows(n - row, row + 1)
        try:
            store.commit(waiting, pending)
        except LedgerFailed as error:
            say(f"failed {type(error).__name__} {error.sentence}")
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            try:
                say(f"recovered {store.recover().seq}")
            except LedgerFailed as again:
                say(f"failed {type(again).__name__} {again.sentence}")
            continue
        say(f"saved {waiting[-1].seq}")
        waiting, row = [], n
    try:
        store.close()
    except LedgerFailed as error:
        say(f"failed {type(error).__name__} {error.sentence}")
    return None


def kill(path: Path, rounds: int, seed: int) -> None:
    """``rounds`` times: a child commits without end and is killed -9 a random number of acknowledgements later."""
    rng = random.Random(seed)
    for _ in range(rounds):
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read_end)
            _commit_without_end(path, write_end)
        os.close(write_end)
        said = b""
        wanted = rng.randint(1, 8)
        while said.count(b"\n") < wanted:
            said += os.read(read_end, 4096)
        for _ in range(rng.randint(0, 4000)):  # somewhere inside the next commit
            pass
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        while more := os.read(read_end, 4096):
            said += more
        os.close(read_end)
        acknowledged = int(said.split(b"\n")[-2])
        with Store.open(path) as store:
            say(f"round {acknowledged} {store.recover().seq} {store._next_row - 1}")


def _commit_without_end(path: Path, write_end: int) -> None:
    store = Store.open(path)
    chain = store.chain()
    first = chain.head.seq
    if first == 0:
        store.commit([chain.stage(opening())], [])
    while True:
        entry = chain.stage(draft(Kind.NOTE, text="x"))
        store.commit([entry], rows(2, entry.seq))
        os.write(write_end, f"{entry.seq}\n".encode())


if __name__ == "__main__":
    what, ledger, number, *more = sys.argv[1:]
    if what == "commit":
        commit(Path(ledger), int(number), int(more[0]) if more else None)
    else:
        kill(Path(ledger), int(number), int(more[0]))

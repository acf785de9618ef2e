"""What is wrong with a port, as one sentence that says what to do."""

from __future__ import annotations

import errno
import termios

from drivers.core.text import clean

TROUBLE = (OSError, ValueError, termios.error)  # SerialException is an OSError; termios.error is neither


class PortTrouble(Exception):
    """A port that cannot be opened now; ``sentence`` says what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


_IN_USE = "{port} is in use by another program: close that one, then this connects by itself."
_RIGHTS = "No permission for {port}: add your user to the group dialout, then sign in again."
_GONE = "{port} stopped answering: check the cable and the adapter; it connects by itself."
_UNREACHABLE = "{port} cannot be reached: check the network and that the device server is on."
_UNKNOWN_HOST = "{port} names a host nobody knows: check its spelling."
_NOT_A_PORT = "{port} is no serial port: give a device such as /dev/ttyUSB0."
_SENTENCES = {
    errno.ENOENT: "{port} is not there: plug in the adapter or correct the name; it connects by itself.",
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EBUSY: _IN_USE,
    errno.EAGAIN: _IN_USE,
    errno.EISDIR: "{port} is a folder, no serial port: give a device such as /dev/ttyUSB0.",
    errno.ENOTTY: _NOT_A_PORT,
    errno.EINVAL: "{port} does not take this device's line settings: check which adapter it is.",
    errno.ECONNREFUSED: "{port} refused the connection: is the device server on, the number right?",
    **dict.fromkeys((errno.EIO, errno.ENODEV, errno.ENXIO, errno.ECONNRESET, errno.EPIPE), _GONE),
    **dict.fromkeys((errno.EHOSTUNREACH, errno.ENETUNREACH, errno.ETIMEDOUT), _UNREACHABLE),
}


def explain(port: str, trouble: BaseException) -> str:
    """One sentence for what went wrong on ``port`` and what to do; looks for the cause pyserial wrapped."""
    cause: BaseException | None = trouble
    while cause is not None:
        number = cause.args[0] if isinstance(cause, OSError | termios.error) and cause.args else None
        if isinstance(number, int) and number < 0:  # the resolver's own numbers are negative
            return _UNKNOWN_HOST.format(port=port)
        if isinstance(cause, TimeoutError):
            return _UNREACHABLE.format(port=port)
        if number in _SENTENCES:
            return _SENTENCES[number].format(port=port)
        cause = cause.__cause__ or cause.__context__
    return f"{port} cannot be used: {clean(str(trouble))}."

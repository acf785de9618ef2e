"""The one error a person meets: a sentence that says what is wrong and what to do, and an exit code (contract 2)."""

from __future__ import annotations

NO = 1  # the answer is no: verify failed, self-test failed
USAGE = 2
COULD_NOT = 3  # port, disk, file


class Trouble(Exception):
    """``str()`` is one sentence for stderr; ``exit_code`` one of the numbers above."""

    def __init__(self, sentence: str, exit_code: int = COULD_NOT) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code

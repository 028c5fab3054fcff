"""The errors that a user may meet; each carries its exit code and says what to do next."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of the command; the README lists them."""

    DONE = 0
    USAGE = 2
    CONFIGURATION = 3
    INPUT = 4
    MODELS = 5
    VALIDATION = 6
    PARTIAL = 7
    INTERNAL = 15
    INTERRUPTED = 130


class GongwenError(Exception):
    """Base of all errors raised on purpose.

    `message` says what is wrong, `hint` what the user can do about it.
    """

    exit_code: ExitCode = ExitCode.INTERNAL

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        gap = "\n" if "\n" in self.message else " "
        return f"{self.message}{gap}{self.hint}".rstrip()

    def __reduce__(self) -> tuple[type[GongwenError], tuple[str, str]]:
        # Errors travel from worker processes; the default pickles only `args`.
        return type(self), (self.message, self.hint)


class UsageError(GongwenError):
    """The command was called in a way that makes no sense."""

    exit_code = ExitCode.USAGE


class ConfigError(GongwenError):
    """A configuration file is missing, malformed or has an unknown key."""

    exit_code = ExitCode.CONFIGURATION


class InputError(GongwenError):
    """A document cannot be read: damaged, encrypted, empty, too large, of no known kind."""

    exit_code = ExitCode.INPUT


class NoInputError(InputError):
    """Nothing to read is there."""


class OutputError(GongwenError):
    """The output folder cannot be written."""

    exit_code = ExitCode.USAGE


class BusyError(OutputError):
    """Another run holds the output."""


class ModelsError(GongwenError):
    """Recognition models are missing or are not the pinned ones."""

    exit_code = ExitCode.MODELS


class OcrError(GongwenError):
    """The recognition engine failed or returned something that makes no sense."""

    exit_code = ExitCode.INTERNAL

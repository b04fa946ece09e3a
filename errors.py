"""What stops one file, and the exit codes the command line ends with.

An error stops one file and is told in one line: what, where, and what to do next.
Anything a reader of a finished result should know is a finding (findings.py), not an error.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command (2 is also what the argument parser itself uses)."""

    DONE = 0
    FINDINGS = 1
    USAGE = 2
    UNREADABLE = 3
    MISSING_PROGRAM = 4
    NOT_WRITTEN = 5
    INTERRUPTED = 130


class ConversionError(Exception):
    """Root of everything that stops one file; `code` names it in records, `exit_code` ends the process."""

    code = "input.error"
    exit_code = ExitCode.UNREADABLE


class UnreadableFile(ConversionError):
    """The bytes are not a whole file of their kind."""

    code = "input.unreadable"


class PasswordNeeded(UnreadableFile):
    """The file is encrypted, and no password was given or a wrong one."""

    code = "input.password"


class UnsupportedKind(ConversionError):
    """No converter reads this kind of file."""

    code = "input.unsupported"


class LimitExceeded(ConversionError):
    """Reading on would cost more size, depth, time or memory than the limits allow."""

    code = "input.limit"


class RefusedMember(ConversionError):
    """An archive's member has a name or is of a kind that is never taken, whatever it holds."""

    code = "input.refused"


class InputChanged(ConversionError):
    """The file was another one when it was to be converted than when it was looked at."""

    code = "input.changed"


class MissingProgram(ConversionError):
    """A program or language pack that this file needs is not installed."""

    code = "input.missing_program"
    exit_code = ExitCode.MISSING_PROGRAM


class OutputExists(ConversionError):
    """The output would overwrite something, or two inputs would share one output."""

    code = "output.exists"
    exit_code = ExitCode.USAGE


class OutputNotWritten(ConversionError):
    """The output folder cannot be written."""

    code = "output.not_written"
    exit_code = ExitCode.NOT_WRITTEN


class OutputUnfit(ConversionError):
    """What was asked for is nothing that this kind of output can be or hold."""

    code = "output.unfit"
    exit_code = ExitCode.USAGE


class StandardInvalid(ConversionError):
    """A standard's data file breaks the rules of its format; the message names the path inside it."""

    code = "standard.invalid"

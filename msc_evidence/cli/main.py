"""The program's entry: what happens before any command runs, and how each run ends."""

from __future__ import annotations

import gc
import sys
import warnings

from msc_evidence.cli.commands import COMMANDS, GROUPS, program
from msc_evidence.cli.exits import Exit, UsageError, end_with, fail
from msc_evidence.cli.process import compute_on_one_thread, end_on_signals, prepare_streams, settle_streams


def main() -> None:
    """Runs the command line; what a library remarks on is for who asks Python for it (`-W`), not for a screen."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    gc.freeze()
    prepare_streams()
    compute_on_one_thread()
    end_on_signals()
    try:
        _run()
    finally:
        settle_streams()


def _run() -> None:
    typed = sys.argv[1] if sys.argv[1:] else ""
    try:
        # Where something else is typed, an option or a word that is no command, all of them are known.
        (program([typed]) if typed in (*COMMANDS, *GROUPS) else program())()
    except SystemExit as ended:
        if isinstance(
            ended.__context__, BrokenPipeError
        ):  # of --help: the reader had enough, which is no error
            raise SystemExit(int(Exit.OK)) from None
        raise
    except UsageError as error:
        fail(f"msc-evidence: {error}")
    except KeyboardInterrupt:
        fail("interrupted", Exit.INTERRUPTED)
    except Exception as error:  # before any command runs
        end_with(error, debug="--debug" in sys.argv)

"""The command line: options, streams and exit codes; no arithmetic and no table building."""

from msc_evidence.cli.main import main

__all__ = ["main"]

"""The command line: options, streams and exit codes; no arithmetic and no table building."""

from msc_evidence.cli.app import main

__all__ = ["main"]

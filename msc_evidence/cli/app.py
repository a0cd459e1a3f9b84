"""The whole program with every command, as the manual and the tests go through it."""

from msc_evidence.cli.commands import program

app = program()

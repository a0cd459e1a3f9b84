"""`python -m msc_evidence`."""

from msc_evidence.cli import main

main()

"""Whole texts and corpora of them, looked at by the checks of a trial."""

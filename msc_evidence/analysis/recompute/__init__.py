"""Reported statistics recomputed from the other numbers of their result, with a verdict."""

"""Trials or a user's own studies, pooled, and how much evidence that is."""

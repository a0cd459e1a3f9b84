"""Joins the record to the statistics: contrasts, implied effects, recomputations and their verdicts."""

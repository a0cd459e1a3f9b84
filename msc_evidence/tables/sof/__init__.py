"""The parts of a Summary of Findings."""

"""From trials to findings: what does not hold up, where, and from which numbers."""

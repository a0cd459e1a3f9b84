"""From trials to findings: what the numbers do not support, where, and from which numbers."""

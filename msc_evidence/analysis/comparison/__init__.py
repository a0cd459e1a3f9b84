"""Where two sets of records differ: one walk over their fields, one rule for each kind of value."""

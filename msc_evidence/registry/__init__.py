"""From `trials.yaml` to trials: reported numbers, the record's model, the loader and its schema."""

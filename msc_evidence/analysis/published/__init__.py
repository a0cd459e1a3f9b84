"""The rows of a published meta-analysis against the trials that they are of."""

"""The files that texts come in, and the abstract within each."""

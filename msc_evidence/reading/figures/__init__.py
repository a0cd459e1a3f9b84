"""The numbers that a text prints, each with its notation and place."""

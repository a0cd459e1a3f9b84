"""The numbers of a text that belong to one reported result."""

"""The outside formats, each in one file both ways."""

"""Effects of several studies together."""

"""Numbers in, numbers out: tests, implied effects, granularity and power; knows no trial and no table."""

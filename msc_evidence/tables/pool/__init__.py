"""What `pool` shows."""

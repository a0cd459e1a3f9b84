"""What two arms on an ordered scale could have been, given what was printed of them: sharp bounds with their data."""

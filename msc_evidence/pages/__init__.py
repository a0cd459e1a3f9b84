"""What is put together from several rooms: the command line and the library write it from the same functions."""

"""The parts of the table of CONSORT for Abstracts."""

"""Evidence as code: what clinical trials reported, what it implies and what does not hold up."""

__version__ = "0.1.0"

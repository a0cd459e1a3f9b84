"""From a source text to the figures it prints, and the records that PubMed keeps of it."""

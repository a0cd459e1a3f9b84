"""How often honest numbers look like this: coincidences, block sizes, parts of a whole, digits, rounded baselines."""

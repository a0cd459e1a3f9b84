"""Registrations with posted results, as ClinicalTrials.gov's API (version 2) writes them.

Each value keeps the JSON pointer that it stands at.
"""

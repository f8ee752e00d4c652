"""Loads, publication, synthetic extracts and the `cruscotto` command."""

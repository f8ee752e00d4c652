"""Loads without a person: the watch, systemd, Dagster."""

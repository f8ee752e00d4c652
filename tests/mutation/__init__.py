"""Mutation of definitions: wrong definitions are made on purpose, and the project's own tests must fail.

definitions.py ─┐
seeds.py       ─┼─► mutants ──► laboratory.py (one per process) ──► verdicts ──► report.py
statements.py  ─┘                 real dbt, in process, on a small warehouse
"""

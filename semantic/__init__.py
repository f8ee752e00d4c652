"""The semantic layer: the Cube data model, its compiler from dbt, the planner and the embedded server."""

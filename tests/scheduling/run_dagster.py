"""The Dagster definitions, run for real: `make dagster`, in an environment of their own.

No part of the suite, which has no Dagster. Two months are delivered, the sensor asks for a run, the run loads
and publishes, a second one finds nothing new, a refused file fails a third.
"""

import importlib
import os
import tempfile
from pathlib import Path

from orchestration.landing import LoadVerdict
from orchestration.loads import find_load
from orchestration.synthetic import generate
from orchestration.workspace import Workspace


def main() -> None:
    """Run everything; an assertion fails where something is not as it should be."""
    from dagster import DagsterInstance, RunRequest, build_sensor_context

    with tempfile.TemporaryDirectory(prefix="cruscotto-dagster-") as home:
        os.environ["CRUSCOTTO_HOME"] = home
        workspace = Workspace.from_environment().create()
        module = importlib.import_module("orchestration.dagster_definitions")
        definitions = module.defs
        job = definitions.resolve_job_def("carica")
        sensor = definitions.get_sensor_def("consegna_completa")
        # The raw tables are there too, as what the load starts from.
        keys = {key for key in definitions.resolve_all_asset_keys() if key.path[0] != "raw"}
        assert len(keys) > 100, len(keys)

        with DagsterInstance.ephemeral() as instance:

            def asked(cursor: str | None) -> tuple[str | None, list[RunRequest]]:
                with build_sensor_context(instance=instance, cursor=cursor) as context:
                    data = sensor.evaluate_tick(context)
                return data.cursor, list(data.run_requests or ())

            assert asked(None) == (None, [])
            generate("demo", 2, 1, workspace.landing, end="2025-01")
            cursor, runs = asked(None)
            assert cursor and not runs, "not before it is quiet"
            _, runs = asked(cursor)
            assert len(runs) == 1 and runs[0].run_key == cursor

            result = job.execute_in_process(instance=instance, raise_on_error=True)
            made = result.asset_materializations_for_node("carico")
            assert {item.asset_key for item in made} == keys
            load = find_load(workspace, "last")
            assert load.verdict is LoadVerdict.PUBLISHED
            assert made[0].metadata["load_id"].value == load.load_id
            assert made[0].metadata["quality"].value == "good", made[0].metadata
            print(f"{load.load_id}: {len(made)} assets made by one load of {load.seconds} s")

            nothing = job.execute_in_process(instance=instance, raise_on_error=True)
            assert not nothing.asset_materializations_for_node("carico")

            Path(workspace.landing / "MIS_MISURE_202502.jsonl").write_text("{", "utf-8")
            refused = job.execute_in_process(instance=instance, raise_on_error=False)
            assert not refused.success and find_load(workspace, "last").verdict is LoadVerdict.REFUSED
    print("dagster: as it should be")


if __name__ == "__main__":
    main()

"""What a build of changes may leave as it is: held to the lineage of the project.

A table in parts (months, periods) may read other parts, tables that are compared with what they were,
reference tables (of the definitions' digest) and monthly extracts, and nothing else: anything that it reads
besides could change without its parts being computed again.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_LISTS = "touched"
# Made whole each time, a row for each reported period: it depends on masters, which are compared, and on
# which periods are reported, which their own parts tell.
_BY_PERIOD = {"int_evaluation_nodes"}
_MASTERS_AND_PLANS = {
    "mst_strutture",
    "mst_prodotti",
    "mst_allocazioni",
    "piano_volumi",
    "piano_obiettivi",
    "piano_sussidiarieta",
}


class Project:
    """The relations of the project and what each reads."""

    def __init__(self, manifest_file: Path) -> None:
        """Read dbt's manifest."""
        document = json.loads(manifest_file.read_text(encoding="utf-8"))
        self._known: dict[str, dict[str, Any]] = document["nodes"] | document["sources"]
        self.models = {
            node["name"]: node for node in self._known.values() if node["resource_type"] == "model"
        }
        self.parts = {
            name: node for name, node in self.models.items() if node["config"]["materialized"] == "parts"
        }

    def reads(self, name: str) -> list[dict[str, Any]]:
        """Return what a model reads at one step, but for the lists of parts."""
        found = (self._known[key] for key in self.models[name]["depends_on"]["nodes"])
        return [node for node in found if node["schema"] != _LISTS]

    def compared(self, name: str) -> set[str]:
        """Return the relations that a list of parts compares with what they were."""
        return {self._known[key]["name"] for key in self.models[name]["depends_on"]["nodes"]}

    def inputs(self, name: str, stops: set[str]) -> Iterator[dict[str, Any]]:
        """Give what a model's rows come from: past views, up to tables, extracts and `stops`."""
        for node in self.reads(name):
            is_view = node["config"].get("materialized") == "view" and node["resource_type"] == "model"
            if is_view and node["name"] not in stops:
                yield from self.inputs(node["name"], stops)
            else:
                yield node

    def extracts(self, name: str) -> set[str]:
        """Return the raw tables that a model's rows come from, however far."""
        found = set()
        for node in self.reads(name):
            if node["resource_type"] == "source":
                found.add(node["name"])
            elif node["resource_type"] == "model":
                found |= self.extracts(node["name"])
        return found


@pytest.fixture(scope="module")
def project(manifest_file: Path) -> Project:
    """The checkout's."""
    return Project(manifest_file)


def test_parts_read_nothing_that_changes_unnoticed(project: Project) -> None:
    fixed = project.compared("int_fixed_inputs") | project.compared("int_product_months")
    by_month = project.compared("int_whole_months")
    delivered = project.compared("int_delivered_months")
    allowed = {
        "month": fixed | by_month | delivered,
        "period": fixed | _BY_PERIOD,
    }
    wrong = [
        f"{name} reads {read['name']}"
        for name, node in project.parts.items()
        for read in project.inputs(name, fixed | delivered)
        if read["resource_type"] != "seed"
        and read["name"] not in allowed[node["config"]["meta"]["touches"]]
        and not (
            read["name"] in project.parts
            and (node["config"]["meta"]["touches"], read["config"]["meta"]["touches"]) != ("month", "period")
        )
    ]
    assert len(project.parts) > 20
    assert not wrong


def test_what_is_compared_is_read_and_no_months(project: Project) -> None:
    """A relation of the months among them would make every build one of everything; a stale one, too many."""
    fixed = project.compared("int_fixed_inputs")
    delivered = project.compared("int_delivered_months")
    read = {node["name"] for name in project.parts for node in project.inputs(name, fixed | delivered)}
    assert fixed <= read
    for name in fixed | project.compared("int_product_months"):
        assert project.extracts(name) <= _MASTERS_AND_PLANS, name


def test_every_table_of_months_is_in_parts_or_compared(project: Project) -> None:
    """What is left is made again each time: views, lists, what masters, plans and reference tables say."""
    made_whole = {
        name
        for name, node in project.models.items()
        if node["config"]["materialized"] == "table"
        and node["schema"] != _LISTS
        and project.extracts(name) - _MASTERS_AND_PLANS
    }
    assert made_whole == project.compared("int_whole_months") | _BY_PERIOD
    assert {
        name for name in made_whole if project.models[name]["config"]["meta"].get("touches") != "whole"
    } == set()


def test_every_monthly_extract_has_its_months_known(project: Project) -> None:
    staged = {name for name in project.models if name.startswith("stg_")}
    monthly = {name for name in staged if project.extracts(name) - _MASTERS_AND_PLANS}
    assert project.compared("int_delivered_months") == monthly


def test_a_list_names_the_subjects_that_the_parts_ask_for(project: Project) -> None:
    """A subject that no list has would never be computed again."""
    for name, node in project.parts.items():
        meta = node["config"]["meta"]
        assert (
            meta["touched_in"]
            in {
                "month": ("int_touched_months", "int_touched_components"),
                "period": ("int_touched_periods",),
            }[meta["touches"]]
        ), name
        subject = meta.get("touched_for")
        listed = [meta["touched_in"], "int_touched_components", "int_delivered_months"]
        texts = "".join(project.models[model]["compiled_code"] for model in listed)
        assert subject is None or f"'{subject}'" in texts, name

"""The generic test `rules`, by real dbt on a model that breaks each of them, and what a build says of it."""

import shutil
from pathlib import Path

import pytest

from orchestration.build import BuildFailed, build
from orchestration.paths import warehouse_dir
from orchestration.workspace import Workspace

# fine, an unknown kind (2 rows) of no parent, a key that repeats, a pair out of order, a null.
_ROWS = """
select * from (values
    (1, 'a', 'it''s', 1, 2), (2, 'x', 'b', 1, 2), (3, 'x', 'c', 1, 2), (4, 'b', 'd', 1, 2),
    (4, 'b', 'e', 3, 2), (null, 'a', null, 1, null), (5, null, 'b', 3, null)
) as t (code, kind, other, lower_n, upper_n)
"""
_MODELS = """
models:
  - name: broken
    data_tests:
      - rules:
          name: rules_of_broken
          arguments:
            key: [code, kind]
            not_null: [code]
            unique: [other]
            accepted_values: {kind: [a, b], lower_n: [1, 3], other: [b, c, d, e, "it''s"]}
            relationships: {kind: {to: "ref('parents')", field: parent}}
            holds:
              - {expression: "lower_n <= upper_n", where: "code <> 5"}
              - {expression: "lower_n <= upper_n"}
  - name: parents
    data_tests:
      - rules: {name: rules_of_parents, arguments: {key: [parent], not_null: [parent]}}
"""
_BROKEN = {
    "code is not null (1 rows)",
    "kind in ('a', 'b') (2 rows)",
    "lower_n <= upper_n where code <> 5 (1 rows)",
    "lower_n <= upper_n (3 rows)",
    "kind is in parents (2 rows)",
    "other repeats nowhere (1 rows)",
    "code, kind repeat nowhere (1 rows)",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A dbt project of two models, with this one's generic tests and macros."""
    folder = tmp_path / "project"
    for part in ("macros", "tests/generic"):
        shutil.copytree(warehouse_dir() / part, folder / part)
    shutil.copy(warehouse_dir() / "profiles.yml", folder)
    (folder / "dbt_project.yml").write_text("name: cruscotto\nversion: 1.0.0\nprofile: cruscotto\n", "utf-8")
    (folder / "models").mkdir()
    (folder / "models" / "models.yml").write_text(_MODELS, "utf-8")
    (folder / "models" / "broken.sql").write_text(_ROWS, "utf-8")
    (folder / "models" / "parents.sql").write_text("select unnest(['a', 'b']) as parent", "utf-8")
    return folder


def test_each_broken_rule_is_named_and_counted(project: Path, tmp_path: Path) -> None:
    with pytest.raises(BuildFailed) as caught:
        build(Workspace(tmp_path / "home").create(), project=project)
    [failure] = caught.value.report.failures
    assert (failure.name, failure.file) == ("rules_of_broken", "models/models.yml")
    count, _, rules = failure.message.partition("fail if != 0 ")
    assert count == f"Got {1 + 2 + 1 + 3 + 2 + 1 + 1} results, configured to "
    assert set(rules.split("; ")) == _BROKEN
    assert caught.value.report.statuses["pass"] == 1

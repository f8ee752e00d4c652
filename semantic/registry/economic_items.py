"""The metrics of the IEEP items: one per row of the two trees (`ieep_voci.csv`, `ieep_voci_2025.csv`).

A leaf is the sum of its own bookings, an inner node the sum of the leaves below it. Amounts have the sign of
the tree (legal interest is negative), so that a node is always the plain sum of its parts and more is better.
The three roots of the 2021 tree (IEEP, E, P) are written by hand in `finanza.yml`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from semantic.registry.seed_rows import SeedRow, seed_rows

__all__ = ["economic_items_2021", "economic_items_2025"]

Node = dict[str, Any]

_LEVELS = ["nazionale", "direzione", "sede"]
_SIGNS = {
    "+": ("positivo", "positive"),
    "-": ("negativo (gli interessi legali si sottraggono)", "negative: legal interest is subtracted"),
}
_SHARED = (
    "Altre direzioni centrali hanno una voce dello stesso titolo: conta quanto è contabilizzato sotto il "
    "codice di questa, una volta sola.",
    "Other central directorates have an item of this title: what is booked under this code counts, once.",
)


def economic_items_2021(seeds: Path) -> Sequence[Node]:
    """Return the metrics of the items of the 2021 tree below its sections: `E2.1` is `ieep_e2_1`.

    Raises:
        CompileError: a row lacks its code, title, sign, parent or act.
    """
    rows = [row for row in seed_rows(seeds, "acts/ieep_voci") if row.text("livello") != "totale"]
    parents = {row.text("codice_padre") for row in rows}
    regime = _regime(seeds, "2021")
    later_act = seed_rows(seeds, "acts/ieep_voci_2025")[0].text("fonte")
    successors = {
        row.text("item_code"): _code("ieep_2025", row.text("successor_code").removeprefix("2025-"))
        for row in seed_rows(seeds, "registry/economic_item_successors")
    }
    metrics = []
    for row in rows:
        item = row.text("codice_voce")
        is_node = item in parents
        centres = (row.optional("strutture_centrali_2021") or "").split(";")
        meta = _meta(row, regime, _code("ieep", item))
        meta["tagli"] = ["voce_ieep"] if is_node else []
        meta["strutture_centrali"] = [centre for centre in centres if centre]
        meta["abolito_da"] = later_act
        meta["sostituito_da"] = [successors[item]] if item in successors else []
        dimension = "gruppo_voce_ieep" if is_node else "voce_ieep"
        metrics.append(_metric(row, meta, dimension, "Albero IEEP 2021", is_shared=False))
    return metrics


def economic_items_2025(seeds: Path) -> Sequence[Node]:
    """Return the metrics of the items of the 2025 tree: `2025-DC-ENTRATE-01` is `ieep_2025_dc_entrate_01`.

    Raises:
        CompileError: a row lacks its code, title, sign, structure or act.
    """
    rows = seed_rows(seeds, "acts/ieep_voci_2025")
    regime = _regime(seeds, "2025")
    titles = [row.text("voce") for row in rows]
    metrics = []
    for row in rows:
        is_shared = titles.count(row.text("voce")) > 1
        is_inferred = bool(row.optional("segno_origine")) or "dedotta" in row.text("macroarea_origine")
        meta = _meta(row, regime, _code("ieep_2025", row.text("codice_voce").removeprefix("2025-")))
        meta["strutture_centrali"] = [row.text("codice_struttura")]
        meta["lettura"] = is_shared or is_inferred
        tree = f"Albero IEEP 2025, {row.text('struttura')}, {row.text('macroarea').lower()}"
        metrics.append(_metric(row, meta, "voce_ieep", tree, is_shared=is_shared))
    return metrics


def _metric(row: SeedRow, meta: Node, dimension: str, tree: str, *, is_shared: bool) -> Node:
    item, title = row.text("codice_voce"), row.text("voce")
    sign, sign_en = _SIGNS[row.chosen("segno", _SIGNS)]
    description = [f"{tree}: {title}.", f"Importo con il segno dell'albero: {sign}."]
    english = [f"Item {item} of the IEEP tree, with the sign of the tree ({sign_en})."]
    if is_shared:
        description.append(_SHARED[0])
        english.append(_SHARED[1])
    return {
        "name": meta["codice"],
        "label": f"IEEP {item}: {title}",
        "description": " ".join(description),
        "type": "simple",
        "type_params": {"measure": {"name": "importo_ieep", "filter": _equals(dimension, item)}},
        "filter": _equals("assetto", meta.pop("assetto")),
        "config": {"meta": meta | {"descrizione_en": " ".join(english)}},
    }


def _meta(row: SeedRow, regime: SeedRow, code: str) -> Node:
    return {
        "codice": code,
        "descrizione_en": "",
        "prospettiva": "finanza",
        "unita": "euro",
        "polarita": 1,
        "scala": 2,
        "intervallo": [None, None],
        "livelli": list(_LEVELS),
        "tagli": [],
        "nodi_area": [],
        "obiettivo": "scenario",
        "valido_dal": regime.text("valid_from"),
        "valido_al": regime.optional("valid_to"),
        "atto": row.text("fonte"),
        "lettura": False,
        "registro": row.file.stem,
        "voce": row.text("codice_voce"),
        "assetto": regime.text("regime_code"),
    }


def _code(prefix: str, item: str) -> str:
    """Return the public code of an item.

    >>> _code("ieep", "E2.1")
    'ieep_e2_1'
    """
    return f"{prefix}_{item}".lower().replace(".", "_").replace("-", "_")


def _equals(dimension: str, value: str) -> str:
    return f"{{{{ Dimension('componente__{dimension}') }}}} = '{value}'"


def _regime(seeds: Path, code: str) -> SeedRow:
    rows = seed_rows(seeds, "registry/regimes")
    for row in rows:
        if row.text("regime_code") == code:
            return row
    raise rows[0].error("regime_code", f"has no '{code}', under which a tree of items is in force")

"""How big the synthetic institute is."""

from dataclasses import dataclass
from difflib import get_close_matches

from orchestration.synthetic.errors import UnknownScale

__all__ = ["SCALES", "Scale", "scale_named"]


@dataclass(frozen=True)
class Scale:
    """One size of the synthetic institute.

    Attributes:
        name: what the caller writes.
        divisor: volumes, staff and costs are the national ones divided by this.
        agencies: how many invented agencies the whole nation has, the largest offices first.
        all_models: the full list of invented models (some 410), else one or two for each line that has no
            published model.
        office_share: how many of a line's models an office handles, per cent.
        agency_share: the same for an agency.
        documents: largest number of cost documents per structure, chapter, kind of cost and month; up to 2,
            the personnel's chapter alone has all kinds of cost, the others have one.
        controlled_models: models under the control of the production process.
        directorates: the DR/DCM to keep; empty keeps all.
        offices: how many offices of a directorate to keep, those of greatest complexity first, besides the
            two that are re-organised; the directorate's work is shared out among them. 0 keeps all.
    """

    name: str
    divisor: int
    agencies: int
    all_models: bool
    office_share: int
    agency_share: int
    documents: int
    controlled_models: int
    directorates: tuple[str, ...] = ()
    offices: int = 0


SCALES = {
    "demo": Scale("demo", 10, 12, False, 70, 60, 2, 6, offices=2),
    "regional": Scale("regional", 1, 330, True, 98, 100, 40, 40, ("DCM-MILANO", "DR-LOMBARDIA")),
    "national": Scale("national", 1, 330, True, 98, 100, 15, 40),
}


def scale_named(name: str) -> Scale:
    """Return the scale called `name`.

    Raises:
        UnknownScale: no scale has this name; the message lists those there are.
    """
    try:
        return SCALES[name]
    except KeyError:
        near = get_close_matches(name, SCALES, n=1)
        hint = f" (did you mean {near[0]!r}?)" if near else ""
        raise UnknownScale(f"unknown scale {name!r}{hint}: the scales are {', '.join(SCALES)}") from None

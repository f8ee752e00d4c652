"""Synthetic extracts: what the institute's systems would deliver, invented, deterministic, warts included.

The volumes, the people and the money are drawn around the published tables of the acts; nothing comes from
real data. Invented models have codes that begin with `X` and descriptions that begin with `SINTETICO`.
"""

from orchestration.synthetic.delivery import Delivery
from orchestration.synthetic.errors import InvalidRange, OutputNotEmpty, SyntheticError, UnknownScale
from orchestration.synthetic.generation import GenerationReport, generate
from orchestration.synthetic.scales import SCALES, Scale

__all__ = [
    "SCALES",
    "Delivery",
    "GenerationReport",
    "InvalidRange",
    "OutputNotEmpty",
    "Scale",
    "SyntheticError",
    "UnknownScale",
    "generate",
]

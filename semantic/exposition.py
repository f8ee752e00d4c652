"""Prometheus' text exposition format (version 0.0.4), which OpenTelemetry's collector reads too.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

__all__ = ["CONTENT_TYPE", "Family", "exposition"]

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Family:
    """One metric with its samples.

    Attributes:
        name: `cruscotto_…`, with its unit; counters end in `_total`.
        kind: `gauge`, `counter` or `histogram`.
        help: what it is, in a sentence.
        samples: name (that of the family, or of a part of its histogram), labels and value.
    """

    name: str
    kind: str
    help: str
    samples: list[tuple[str, dict[str, str], float]] = field(default_factory=list)

    def add(self, value: float, labels: Mapping[str, str] | None = None, *, suffix: str = "") -> "Family":
        """Add a sample and return self.

        Args:
            value: the sample.
            labels: in the order to be written.
            suffix: of a histogram's parts (`_bucket`, `_sum`, `_count`).
        """
        self.samples.append((self.name + suffix, dict(labels or {}), value))
        return self


def exposition(families: Iterable[Family]) -> str:
    """Return the families as text; one without samples is left out.

    >>> print(exposition([Family("a_total", "counter", "Things.").add(2, {"kind": "x"})]), end="")
    # HELP a_total Things.
    # TYPE a_total counter
    a_total{kind="x"} 2
    """
    return "".join(f"{line}\n" for family in families if family.samples for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    help_text = family.help.replace("\\", r"\\").replace("\n", r"\n")
    yield f"# HELP {family.name} {help_text}"
    yield f"# TYPE {family.name} {family.kind}"
    for name, labels, value in family.samples:
        told = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        number = str(int(value)) if float(value).is_integer() else repr(float(value))
        yield f"{name}{{{told}}} {number}" if told else f"{name} {number}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

"""What the server counts of itself, for Prometheus at `/metrics`: requests and how long they took.

Subjects and queries are in the audit log, not here.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from semantic.exposition import Family, exposition

__all__ = ["ServerMetrics"]

_BOUNDS = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0)
"""Upper ends of the histogram's buckets, in seconds."""


@dataclass
class ServerMetrics:
    """Counts of one process; they begin at zero with it. Used from the event loop alone, so without locks.

    Attributes:
        requests: by path and status.
        buckets: requests by path and bucket; the last is for what took longer than every bound.
        seconds: that requests took together, by path.
    """

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    buckets: dict[str, list[int]] = field(
        default_factory=lambda: defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
    )
    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))

    def seen(self, path: str, status: int, seconds: float) -> None:
        """Count a request that was answered.

        Args:
            path: that of a route: there are few of them.
            status: of the answer.
            seconds: from its arrival to the answer.
        """
        self.requests[path, status] += 1
        self.buckets[path][bisect_left(_BOUNDS, seconds)] += 1
        self.seconds[path] += seconds

    def text(self, in_flight: int, version: str) -> str:
        """Return the metrics in Prometheus' format.

        Args:
            in_flight: requests being answered, this one among them.
            version: of the publication; '' before the first.
        """
        requests = Family("cruscotto_api_requests_total", "counter", "Requests by path and status.")
        for (path, status), count in sorted(self.requests.items()):
            requests.add(count, {"path": path, "status": str(status)})
        flight = Family("cruscotto_api_requests_in_flight", "gauge", "Requests being answered.").add(
            in_flight
        )
        info = Family("cruscotto_api_publication_info", "gauge", "The publication that is served.")
        if version:
            info.add(1, {"version": version})
        return exposition([requests, self._durations(), flight, info])

    def _durations(self) -> Family:
        family = Family("cruscotto_api_request_seconds", "histogram", "How long requests took, by path.")
        for path, buckets in sorted(self.buckets.items()):
            total = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), buckets, strict=True):
                total += count
                family.add(total, {"path": path, "le": bound}, suffix="_bucket")
            family.add(self.seconds[path], {"path": path}, suffix="_sum")
            family.add(total, {"path": path}, suffix="_count")
        return family

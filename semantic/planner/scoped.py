"""One planner for each scope that asks, the ones used last kept."""

from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime

from semantic.access import Scope
from semantic.model_reader import Model
from semantic.planner.planning import Planner

__all__ = ["ScopedPlanners"]

_MOST = 64


class ScopedPlanners:
    """Plans for many askers against one model; there is no way to plan without saying for whom.

    Used from the event loop alone, so without locks.

    Args:
        model: the whole model.
        clock: the current time with its zone, for relative dates.
    """

    def __init__(self, model: Model, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._model = model
        self._clock = clock
        self._planners: OrderedDict[str, Planner] = OrderedDict()

    def of(self, scope: Scope) -> Planner:
        """Return the planner of a scope."""
        planner = self._planners.get(scope.key)
        if planner is None:
            # What was written for one scope is written again for another: how fast it comes tells nothing.
            planner = self._planners[scope.key] = Planner(self._model, self._clock, scope)
            if len(self._planners) > _MOST:
                self._planners.popitem(last=False)
        self._planners.move_to_end(scope.key)
        return planner

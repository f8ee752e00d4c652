"""Applies the model's access policies: which members an asker knows of, and which rows a statement may read.

    Scope (claims) ──┐
                     ├─► Access ─► model without what is not granted ─► every name, suggestion and list
    access_policy ───┘        └──► conditions on rows ─► every statement, and every part of one

What is not granted is not there: it is unknown to queries, and in no answer. A condition on rows is a part of
the resolved query, written by the one writer of statements; comparisons inherit it, and lift what it says
about structures only where the token grants that (`docs/access.md` says what each comparison reveals).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Any

from semantic.access import EVERYTHING, Scope
from semantic.model_reader import (
    LEVELS,
    Claim,
    Folder,
    Measure,
    Member,
    Model,
    Policy,
    RowFilter,
    RowRule,
    View,
    ViewMember,
)
from semantic.planner.guards import cutting
from semantic.planner.resolved import Both, Predicate, ResolvedQuery, RowAccess, Test, measures_used
from semantic.planner.scope import finest_level, is_structural

__all__ = ["Access"]

_PEERS = "livello"
_EVERYBODY = "*"
# The lists in a measure's meta that name other members.
_NAMING = ("sostituito_da", "famiglia")


class Access:
    """What one scope may see of a model.

    Args:
        model: the whole model.
        scope: what the token grants.

    Attributes:
        model: the model as the scope knows it.
        scope: the scope.
    """

    def __init__(self, model: Model, scope: Scope = EVERYTHING) -> None:
        self._whole = model
        self.scope = scope
        self._policies = {view.name: _applying(view, scope) for view in model.views.values()}
        self.model = model if self._sees_all() else self._restricted()

    def restrict(self, resolved: ResolvedQuery) -> ResolvedQuery:
        """Add the conditions on rows; must be called once for every query that is resolved.

        Args:
            resolved: a query bound to `self.model`.
        """
        view = self._whole.views[resolved.view.name]
        members = [*cutting(resolved), *(member for member, _ in measures_used(resolved))]
        asked = list(dict.fromkeys(member.name for member in members))
        rules = (*self._conditions(view, asked), *self._of_many_people(view))
        access = RowAccess(
            predicates=rules,
            masked=self._masked(view, asked),
            hides_small=not self.scope.small_cells,
            level=self.scope.level,
            comparisons=self.scope.comparisons,
            key=self.scope.key,
            restrict=self.restrict,
            is_structural=partial(_about_structures, model=self._whole),
        )
        if rules and _PEERS in self.scope.comparisons and self._as_coarse(resolved):
            access = access.without_structures()
        return replace(resolved, access=access)

    def _sees_all(self) -> bool:
        return self.scope.everything and not any(view.policies for view in self._whole.views.values())

    def _as_coarse(self, resolved: ResolvedQuery) -> bool:
        """Whether the answer's rows are no finer than the nodes of the scope."""
        if not self.scope.level:
            return False
        if not any(is_structural(member, self._whole) for member in resolved.view.members.values()):
            return False
        return finest_level(cutting(resolved)) <= LEVELS.index(self.scope.level)

    def _conditions(self, view: View, asked: Iterable[str]) -> Iterator[Predicate]:
        """The conditions that the policies set for a query of these members, each once."""
        policies = self._policies[view.name]
        if policies is None:
            return
        seen: list[Predicate | None] = []
        for name in asked:
            granting = [policy for policy in policies if policy.grants(name)]
            if any(not policy.rows for policy in granting):
                continue
            options = tuple(
                _joined("and", tuple(self._predicate(rule, view) for rule in policy.rows))
                for policy in granting
            )
            condition = _joined("or", options)
            if condition not in seen:
                seen.append(condition)
                yield condition or _never(view)

    def _of_many_people(self, view: View) -> Iterator[Predicate]:
        """The condition that leaves out reported values of few people, where the rows hold such values."""
        listed = self._whole.cubes[view.root].meta.get("riservatezza")
        if listed is None or self.scope.small_cells or view.name not in self.model.views:
            return
        known = self.model.views[view.name].members
        options = tuple(Test(known[name], "equals", (True,)) for name in listed if name in known)
        yield _joined("or", options) or _never(view)

    def _predicate(self, rule: RowRule, view: View) -> Predicate | None:
        """One rule with the claims in their places; None where it holds for no row."""
        if not isinstance(rule, RowFilter):
            return _joined(rule.connective, tuple(self._predicate(item, view) for item in rule.items))
        texts: list[str] = []
        for value in rule.values:
            found = _claimed(value, self.scope.attributes) if isinstance(value, Claim) else [value]
            if not found:
                return None
            texts += found
        return _bound(view.members[rule.member], rule.operator, texts)

    def _restricted(self) -> Model:
        shown = {}
        for view in self._whole.views.values():
            names = self._granted(view)
            if names:
                shown[view.name] = _narrowed(view, names)
        withheld = {
            f"{view.name}.{name}"
            for view in self._whole.views.values()
            for name in view.members
            if view.name not in shown or name not in shown[view.name].members
        }
        withheld |= set(self._whole.views) - set(shown)
        return replace(self._whole, views=shown, withheld=frozenset(withheld))

    def _granted(self, view: View) -> frozenset[str]:
        policies = self._policies[view.name]
        if policies is None:
            return frozenset(view.members)
        return frozenset(name for name in view.members if any(policy.grants(name) for policy in policies))

    def _masked(self, view: View, asked: Iterable[str]) -> frozenset[str]:
        """The members that no policy shows as they are, and the measures that are computed from one."""
        policies = self._policies[view.name]
        if policies is None or not any(policy.masked for policy in policies):
            return frozenset()
        hidden = {
            (member.target.cube, member.target.name)
            for name, member in view.members.items()
            if not any(policy.shows(name) for policy in policies)
        }
        return frozenset(name for name in asked if self._rests_on(view.members[name].target, hidden))

    def _rests_on(self, target: Member, hidden: set[tuple[str, str]]) -> bool:
        if (target.cube, target.name) in hidden:
            return True
        templates = [target.sql] if target.sql is not None else []
        if isinstance(target, Measure):
            templates += target.filters
        used = [
            self._whole.cubes[ref.cube].member(ref.member) for item in templates for ref in item.member_refs
        ]
        return any(self._rests_on(one, hidden) for one in used if one is not None)


def _applying(view: View, scope: Scope) -> tuple[Policy, ...] | None:
    """The policies of a view that apply to a scope; None where the view shows everything to it.

    A view without policies is for whoever may see all: forgetting one must not open a door.
    """
    if not view.policies:
        return None if scope.everything else ()
    return tuple(
        policy
        for policy in view.policies
        if (_EVERYBODY in policy.groups or scope.groups.intersection(policy.groups))
        and all(_reached(condition, scope.attributes) is True for condition in policy.conditions)
    )


def _reached(claim: Claim, attributes: Mapping[str, Any]) -> Any:
    found: Any = attributes
    for key in claim.path:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _claimed(claim: Claim, attributes: Mapping[str, Any]) -> list[str]:
    """The texts that a claim stands for; none where it is missing or of another shape than expected."""
    found = _reached(claim, attributes)
    values = found if claim.is_list else [found]
    if not isinstance(values, list) or not all(isinstance(value, str) and value for value in values):
        return []
    return list(values)


def _bound(member: ViewMember, operator: str, texts: list[str]) -> Predicate | None:
    """Bind one rule's values to their member's type; a rule about dates holds for no row."""
    if member.type == "time":
        return None
    if member.type == "number":
        return Test(member, operator, tuple(Decimal(text) for text in texts))
    if member.type == "boolean":
        return Test(member, operator, tuple(text == "true" for text in texts))
    return Test(member, operator, tuple(texts))


def _joined(connective: str, items: tuple[Predicate | None, ...]) -> Predicate | None:
    """Join conditions, where None is one that never holds."""
    held = tuple(item for item in items if item is not None)
    if len(held) < len(items) and (connective == "and" or not held):
        return None
    if len(held) == 1:
        return held[0]
    return Both("and" if connective == "and" else "or", held)


def _never(view: View) -> Predicate:
    """A condition that holds for no row: a dimension that is there and is not."""
    member = next(item for item in view.members.values() if item.kind == "dimension")
    return Both("and", (Test(member, "set", ()), Test(member, "notSet", ())))


def _about_structures(predicate: Predicate, model: Model) -> bool:
    if isinstance(predicate, Test):
        return is_structural(predicate.member, model)
    return all(_about_structures(item, model) for item in predicate.items)


def _narrowed(view: View, names: frozenset[str]) -> View:
    """A view with these members alone; what it says of others is left out."""
    hierarchies = [
        replace(item, levels=tuple(level for level in item.levels if level in names))
        for item in view.hierarchies
    ]
    return replace(
        view,
        members={
            name: _silent(member, view, names) for name, member in view.members.items() if name in names
        },
        hierarchies=tuple(item for item in hierarchies if item.levels),
        folders=tuple(folder for item in view.folders if (folder := _narrowed_folder(item, names)).members),
    )


def _narrowed_folder(folder: Folder, names: frozenset[str]) -> Folder:
    kept = [
        _narrowed_folder(item, names) if isinstance(item, Folder) else item
        for item in folder.members
        if isinstance(item, Folder) or item in names
    ]
    return replace(
        folder, members=tuple(item for item in kept if not isinstance(item, Folder) or item.members)
    )


def _silent(member: ViewMember, view: View, names: frozenset[str]) -> ViewMember:
    """A member whose meta names no member that is withheld."""
    hidden = {one.target.name for name, one in view.members.items() if name not in names}
    listed = {key: member.meta[key] for key in _NAMING if isinstance(member.meta.get(key), list)}
    kept = {key: [name for name in value if name not in hidden] for key, value in listed.items()}
    return member if kept == listed else replace(member, meta={**member.meta, **kept})

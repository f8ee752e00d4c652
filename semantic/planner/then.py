"""A model of the past under the access rules of the present.

Old numbers are computed by the definitions of their time; who may see them is for today to say. A right that
was taken away since must not come back by asking for an older publication, so:

- the policies are today's, of the view of the same name; a view that is no more is for whoever sees
  everything;
- a policy whose rows are chosen by a dimension that the old view lacks grants nothing;
- a member that is no more is for whoever sees everything;
- a measure whose protection of small numbers is not the same today is for whoever may see small numbers.
"""

from collections.abc import Iterator
from dataclasses import replace

from semantic.model_reader import Model, Policy, RowFilter, RowRule, View, ViewMember

__all__ = ["under_present_access"]

_SMALL = "riservatezza"


def under_present_access(past: Model, present: Model, *, everything: bool, small_cells: bool) -> Model:
    """Return a past model with the access policies of the present one.

    Args:
        past: the definitions of the time.
        present: the model that is served, with its policies.
        everything: for whom sees all structures and domains.
        small_cells: for whom sees values of few people.
    """
    views = {}
    for view in past.views.values():
        today = present.views.get(view.name)
        if today is None:
            views[view.name] = replace(view, policies=())
            continue
        names = frozenset(
            name
            for name, member in view.members.items()
            if (small_cells or _same_protection(member, today.members.get(name)))
            and (everything or name in today.members)
        )
        protected = small_cells or past.cubes[view.root].meta.get(_SMALL) == present.cubes[
            today.root
        ].meta.get(_SMALL)
        views[view.name] = replace(
            view,
            policies=tuple(_policies(view, today, names, everything)) if protected else (_nothing(view),),
        )
    return replace(past, views=views)


def _policies(view: View, today: View, names: frozenset[str], everything: bool) -> Iterator[Policy]:
    """Yield today's policies of a view, for those of its former members that may be shown."""
    if not today.policies:
        # A view without policies is for whoever sees everything, but for what is hidden from them too.
        if everything and names != frozenset(view.members):
            yield replace(_nothing(view), groups=("*",), members=names)
        return
    for policy in today.policies:
        if all(_same_kind(name, view, today) for rule in policy.rows for name in _members(rule)):
            shown = frozenset(name for name in names if policy.shows(name) or name not in today.members)
            yield replace(policy, members=shown, masked=policy.masked & names)


def _nothing(view: View) -> Policy:
    """A policy that grants nothing to nobody: with it, everything in the view is denied."""
    return Policy((), view.place, members=frozenset())


def _members(rule: RowRule) -> Iterator[str]:
    if isinstance(rule, RowFilter):
        yield rule.member
        return
    for item in rule.items:
        yield from _members(item)


def _same_kind(name: str, view: View, today: View) -> bool:
    then, now = view.members.get(name), today.members.get(name)
    return then is not None and now is not None and (then.kind, then.type) == (now.kind, now.type)


def _same_protection(then: ViewMember, now: ViewMember | None) -> bool:
    return now is None or then.target.meta.get(_SMALL) == now.target.meta.get(_SMALL)

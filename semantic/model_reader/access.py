"""Who may see what: the `access_policy` of a cube or a view, typed. This says it; nothing here applies it.

```yaml
access_policy:
- group: direzione                                   # or groups: [direzione, sede]; '*' is everybody
  conditions: [{if: '{ security_context.attivo }'}]   # all must be exactly true
  member_level: {includes: '*', excludes: [costi]}
  member_masking: {includes: [costi]}                # seen, but as the member's mask
  row_level:
    filters:
    - {member: direzione, operator: equals, values: ['{ security_context.direzione }']}
    - {member: sede, operator: in, values: security_context.sedi}        # a claim that is a list
```

How Cube 1.7.43 applies them, and so must we (`applyRowLevelSecurity` of its server core):

- a policy applies to who is in one of its groups and meets all its conditions; where a cube or view has
  policies and none applies, everything in it is denied;
- a member is granted by a policy that has it in `members` or in `masked`; a query with a member that no
  policy grants is denied; in a cube that is reached through a view only the rows count, since the view says
  which members show;
- rows: for each member of the query, the `or` over the policies that grant it of the `and` of their `rows`;
  those of all members are joined by `and`; a policy with no `rows` shows them all; the rules of a view and
  of the cubes that the query reaches through it hold together;
- a granted member is masked unless a policy that has it in `members` and shows all rows grants it. Where one
  has it in `members` for some rows, it is masked on the others. A filter on a masked member sees the mask.

Where we differ, on purpose: a claim that is missing, null, empty or of another shape than the policy expects
grants nothing (Cube compares with the text 'undefined'), and a `number` measure over a masked measure is
masked too (through a view, Cube shows what it is computed from).
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from semantic.model_reader.errors import Place

__all__ = ["Claim", "Policy", "RowFilter", "RowFilters", "RowRule"]


@dataclass(frozen=True, slots=True)
class Claim:
    """What the token says under a path of keys: `{ security_context.ufficio.sede }` is `("ufficio", "sede")`.

    Attributes:
        path: the keys, from the claims' top.
        is_list: the claim is a list, and each item of it a value (`values: security_context.sedi`).
    """

    path: tuple[str, ...]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class RowFilter:
    """A condition that every row must meet.

    Attributes:
        member: a dimension of the cube or view that the policy belongs to, by its own name.
        operator: one of the protocol's operators, fit for the dimension's type.
        values: texts, as a query's values are, and claims.
    """

    member: str
    operator: str
    values: tuple[str | Claim, ...]


@dataclass(frozen=True, slots=True)
class RowFilters:
    """Conditions joined by `and` or by `or`."""

    connective: Literal["and", "or"]
    items: tuple["RowRule", ...]


RowRule: TypeAlias = RowFilter | RowFilters


@dataclass(frozen=True, slots=True)
class Policy:
    """One entry of `access_policy`.

    Attributes:
        groups: who it is for (any of them); '*' is everybody.
        conditions: claims that must all be exactly true.
        members: own names of the members that it shows; None: all.
        masked: own names of the members that it shows masked (where `members` does not have them).
        rows: conditions on the rows (all must hold); none: all rows.
    """

    groups: tuple[str, ...]
    place: Place
    conditions: tuple[Claim, ...] = ()
    members: frozenset[str] | None = None
    masked: frozenset[str] = frozenset()
    rows: tuple[RowRule, ...] = ()

    def shows(self, member: str) -> bool:
        """Say whether the policy shows a member as it is."""
        return self.members is None or member in self.members

    def grants(self, member: str) -> bool:
        """Say whether the policy shows a member, as it is or masked."""
        return self.shows(member) or member in self.masked

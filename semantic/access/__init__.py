"""Whom a token speaks for and what it grants: the claims, read strictly.

ClaimsRefused           the claims grant nothing, or cannot be read: `code`, `suggestion`

What is granted is applied by `semantic.planner`; `docs/access.md` describes the whole.
"""

from semantic.access.claims import ANONYMOUS, COMPARISONS, EVERYTHING, ClaimsRefused, Scope, read_scope

__all__ = ["ANONYMOUS", "COMPARISONS", "EVERYTHING", "ClaimsRefused", "Scope", "read_scope"]

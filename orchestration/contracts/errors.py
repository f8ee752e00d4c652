"""What can be wrong with a contract.

ContractError (a ValueError)
"""

__all__ = ["ContractError"]


class ContractError(ValueError):
    """A contract is malformed; the message begins with its file and line."""

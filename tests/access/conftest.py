"""The small database and its server, as the server's own tests have them."""

from ..server.conftest import database, published

__all__ = ["database", "published"]

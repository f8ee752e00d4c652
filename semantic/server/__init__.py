"""The embedded server: Cube's REST protocol over a published DuckDB file, in one process.

ApiError                 any refusal over HTTP (see `errors`)
ContinueWait             the result is not ready yet
"""

from semantic.server.app import create_app
from semantic.server.errors import ApiError, ContinueWait
from semantic.server.serving import serve
from semantic.server.settings import AuthSettings, ServerSettings

__all__ = ["ApiError", "AuthSettings", "ContinueWait", "ServerSettings", "create_app", "serve"]

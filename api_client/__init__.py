"""A thin client of the semantic API: indicators by name, typed rows, over HTTP alone."""

from api_client.catalogue import Metric
from api_client.client import AsyncClient, Client
from api_client.errors import (
    ApiError,
    AuthError,
    CruscottoError,
    IncompleteError,
    ProtocolError,
    QueryError,
    ServerError,
    TransportError,
    WaitTimeout,
)
from api_client.flows import Sql
from api_client.question import QueryOptions
from api_client.result import Completeness, Result
from api_client.rows import Column, Row

__all__ = [
    "ApiError",
    "AsyncClient",
    "AuthError",
    "Client",
    "Column",
    "Completeness",
    "CruscottoError",
    "IncompleteError",
    "Metric",
    "ProtocolError",
    "QueryError",
    "QueryOptions",
    "Result",
    "Row",
    "ServerError",
    "Sql",
    "TransportError",
    "WaitTimeout",
]

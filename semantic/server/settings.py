"""What can be set about the server."""

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from semantic.server.keys import check_jwks

__all__ = ["AuthSettings", "ServerSettings"]

_SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True)
class AuthSettings:
    """Whom the server answers.

    Attributes:
        secrets: HS256 secrets; a token is valid when any of them signed it (list new and old to rotate).
        jwks: the key set of an identity provider, for RS256 and ES256: a file, or an https address (http on
            this machine only); None: only secrets.
        anonymous: answer without a token; for development, from this machine only.
        audience: the `aud` that tokens must have; None: not looked at.
        issuer: the `iss` that tokens must have; None: not looked at.
        needs_expiry: refuse tokens without `exp`.

    Raises:
        ValueError: there is no secret or key set (and no anonymous access), or a secret is shorter than 32
            bytes, or the key set's place cannot be trusted.
    """

    secrets: tuple[str, ...] = field(default=(), repr=False)
    anonymous: bool = False
    audience: str | None = None
    issuer: str | None = None
    jwks: str | None = None
    needs_expiry: bool = False

    def __post_init__(self) -> None:
        if self.jwks is not None:
            check_jwks(self.jwks)
        if not self.secrets and not self.anonymous and self.jwks is None:
            raise ValueError("give at least one secret: without it no token could be valid")
        for secret in self.secrets:
            if len(secret.encode()) < _SHORTEST_SECRET:
                raise ValueError(
                    f"a secret has {len(secret.encode())} bytes: HS256 wants at least {_SHORTEST_SECRET}"
                )


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How the server works.

    Attributes:
        wait_seconds: how long a request is held before it is answered "Continue wait".
        query_seconds: how long one query may run before it is interrupted.
        abandoned_seconds: how long a query goes on for a client that was told to wait and did not come back.
        drain_seconds: how long a server that was told to stop at least says so before it does.
        workers: queries that run at once.
        slow_workers: slow queries that run beside them.
        slow_seconds: after how long a query is slow.
        waiting: queries that may wait for a worker; beyond them the server says that it is busy.
        cache_bytes: memory for results (of one published version; a new one makes them all useless).
        body_bytes: the largest body that is read.
        memory_limit: DuckDB's, such as "4GB"; what does not fit is spilled. None: its own default (80 % of
            the machine).
        spill_folder: where DuckDB puts what does not fit in memory.
        spill_limit: how much DuckDB may put there, such as "10GB"; None: its own default (90 % of the disk).
        subject_rate: requests per second that one subject may send, on average; None: any number.
        subject_burst: requests that it may send at once after a silence.
        subject_concurrent: requests of one subject in flight; None: any number.
        audit_log: the file that says who asked what; None: nothing is written.
        audit_bytes: the size at which the audit log starts another file.
        audit_files: former files of the audit log that are kept.
        audit_pseudonym_key: write subjects as hashes under this key; '': as they are.
        past_files: former publications that may be open beside the current one, each with `memory_limit`.
        past_idle_seconds: how long one of them stays open when nobody asks for it.
        uses_rollups: whether statements may read roll-ups in place of the facts.
        cors_origins: web origins whose pages may ask ("*": all; the token still is needed).
    """

    wait_seconds: float = 10.0
    query_seconds: float = 120.0
    abandoned_seconds: float = 30.0
    drain_seconds: float = 0.0
    workers: int = field(default_factory=lambda: max(2, os.cpu_count() or 2))
    slow_workers: int = 4
    slow_seconds: float = 1.0
    waiting: int = 200
    cache_bytes: int = 64 * 1024 * 1024
    body_bytes: int = 1024 * 1024
    memory_limit: str | None = "1GB"
    spill_folder: Path = field(default_factory=lambda: Path(tempfile.gettempdir()) / "cruscotto-spill")
    spill_limit: str | None = None
    subject_rate: float | None = None
    subject_burst: int = 200
    subject_concurrent: int | None = 200
    audit_log: Path | None = None
    audit_bytes: int = 64 * 1024 * 1024
    audit_files: int = 10
    audit_pseudonym_key: str = field(default="", repr=False)
    past_files: int = 2
    past_idle_seconds: float = 300.0
    uses_rollups: bool = True
    cors_origins: tuple[str, ...] = ()

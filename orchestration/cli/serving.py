"""`cruscotto serve`, `token` and `secret`: the API, and who may ask it."""

import os
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from orchestration.access import api_secrets, local_token, rotate_secret
from orchestration.cli.output import home_option
from orchestration.paths import semantic_model_dir
from orchestration.pointer import current_file
from orchestration.workspace import Workspace
from semantic.access import COMPARISONS, ClaimsRefused
from semantic.server import AuthSettings, ServerSettings, serve

__all__ = ["secret_verb", "serve_verb", "token_verb"]

_PSEUDONYM_KEY = "CRUSCOTTO_AUDIT_KEY"


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=4000, show_default=True, help="0: any free one."
)
@click.option("--anonymous", is_flag=True, help="Development only: answer without a token, on loopback.")
@click.option(
    "--jwks", metavar="FILE|URL", help="Key set of an identity provider (RS256, ES256), beside the secret."
)
@click.option("--audience", help="The `aud` that tokens must have.")
@click.option("--issuer", help="The `iss` that tokens must have.")
@click.option(
    "--audit-log",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write who asked what; by default under the home folder.",
)
@click.option(
    "--rate", type=click.FloatRange(min=0.1), help="Requests per second of one subject, on average."
)
@click.option(
    "--concurrent",
    type=click.IntRange(1),
    default=200,
    show_default=True,
    help="Requests of one subject in flight.",
)
@click.option("--memory", metavar="SIZE", help="Memory of the database, such as 4GB.")
@click.option(
    "--query-seconds",
    type=click.FloatRange(min=0.1),
    default=120,
    show_default=True,
    help="How long one query may run.",
)
@click.option(
    "--drain-seconds",
    type=click.FloatRange(min=0),
    default=0,
    show_default=True,
    help="How long a server told to stop goes on answering health checks (DOWN) before it does.",
)
@home_option
def serve_verb(
    host: str,
    port: int,
    anonymous: bool,
    jwks: str | None,
    audience: str | None,
    issuer: str | None,
    audit_log: Path | None,
    rate: float | None,
    concurrent: int,
    memory: str | None,
    query_seconds: float,
    drain_seconds: float,
    workspace: Workspace,
) -> None:
    """Serve the published indicators over Cube's REST protocol, until interrupted.

    Who asked what is written to the audit log (`$CRUSCOTTO_AUDIT_KEY` turns subjects into hashes).

    \b
    Examples:
      cruscotto serve
      cruscotto serve --jwks https://login.example.it/keys.json --audience cruscotto --rate 20
      curl -H "Authorization: $(cruscotto token)" http://127.0.0.1:4000/cubejs-api/v1/meta
    """
    current_file(workspace)
    serve(
        semantic_model_dir(),
        workspace.published,
        AuthSettings(
            secrets=api_secrets(workspace),
            anonymous=anonymous,
            jwks=jwks,
            audience=audience,
            issuer=issuer,
        ),
        host=host,
        port=port,
        settings=ServerSettings(
            query_seconds=query_seconds,
            drain_seconds=drain_seconds,
            memory_limit=memory,
            subject_rate=rate,
            subject_concurrent=concurrent,
            audit_log=audit_log or workspace.home / "audit" / "audit.jsonl",
            audit_pseudonym_key=os.environ.get(_PSEUDONYM_KEY, ""),
        ),
        on_ready=lambda address: click.echo(f"listening on {address}"),
    )


@click.command("token")
@click.option(
    "--subject", default="locale", show_default=True, help="Who will ask: it goes into the audit log."
)
@click.option("--hours", type=click.IntRange(1, 24 * 365), default=12, show_default=True)
@click.option(
    "--direzione", "directorates", multiple=True, metavar="CODE", help="See this directorate. Repeatable."
)
@click.option("--sede", "offices", multiple=True, metavar="CODE", help="See this office. Repeatable.")
@click.option("--agenzia", "agencies", multiple=True, metavar="CODE", help="See this agency. Repeatable.")
@click.option(
    "--domain", "domains", multiple=True, help="See this reserved domain: costi, personale. Repeatable."
)
@click.option("--no-domains", is_flag=True, help="See no reserved domain.")
@click.option(
    "--compare",
    "comparisons",
    multiple=True,
    type=click.Choice(COMPARISONS),
    help="With structures: see the nation's values too, or all nodes as coarse as one's own. Repeatable.",
)
@home_option
def token_verb(
    subject: str,
    hours: int,
    directorates: tuple[str, ...],
    offices: tuple[str, ...],
    agencies: tuple[str, ...],
    domains: tuple[str, ...],
    no_domains: bool,
    comparisons: tuple[str, ...],
    workspace: Workspace,
) -> None:
    """Print a token signed with this installation's secret.

    Without further options it grants everything. With structures it grants those and what is beneath them;
    then no reserved domain and no comparison, unless they are named.

    \b
    Examples:
      export CRUSCOTTO_TOKEN=$(cruscotto token --subject controller --hours 8)
      cruscotto token --direzione DR-UMBRIA --compare nazionale
      cruscotto token --sede DP-TERNI --domain personale
      cruscotto token --no-domains          # all structures, no costs, no staff
    """
    grants = _grants({"direzione": directorates, "sede": offices, "agenzia": agencies}, domains, no_domains)
    grants["comparisons"] = list(comparisons) if comparisons or grants["structures"] != "*" else "*"
    try:
        click.echo(local_token(workspace, subject, timedelta(hours=hours), grants))
    except ClaimsRefused as refused:
        raise click.UsageError(f"{refused}: {refused.suggestion}") from None


def _grants(nodes: dict[str, tuple[str, ...]], domains: Sequence[str], no_domains: bool) -> dict[str, Any]:
    if domains and no_domains:
        raise click.UsageError("--domain and --no-domains: which of the two?")
    named = {level: list(codes) for level, codes in nodes.items() if codes}
    some = bool(named) or bool(domains) or no_domains
    return {"structures": named or "*", "domains": list(domains) if some else "*"}


@click.command("secret")
@click.option(
    "--keep", type=click.IntRange(0, 10), default=1, show_default=True, help="Former secrets that verify."
)
@home_option
def secret_verb(keep: int, workspace: Workspace) -> None:
    """Rotate the secret that signs tokens: a new one signs, the former ones still verify.

    The server reads them when it starts. When the tokens of the former secret are over, `--keep 0` ends it.

    \b
    Examples:
      cruscotto secret
      cruscotto secret --keep 0             # a secret was disclosed: its tokens end now
    """
    try:
        former = rotate_secret(workspace, keep)
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"a new secret signs, {former} former verify: restart the server", err=True)

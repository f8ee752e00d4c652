"""`cruscotto serve` and `cruscotto token`: the API, and who may ask it."""

from datetime import timedelta

import click

from orchestration.access import api_secret, local_token
from orchestration.cli.output import home_option
from orchestration.paths import semantic_model_dir
from orchestration.pointer import current_file
from orchestration.workspace import Workspace
from semantic.server import AuthSettings, serve

__all__ = ["serve_verb", "token_verb"]


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=4000, show_default=True, help="0: any free one."
)
@click.option("--anonymous", is_flag=True, help="Development only: answer without a token, on loopback.")
@home_option
def serve_verb(host: str, port: int, anonymous: bool, workspace: Workspace) -> None:
    """Serve the published indicators over Cube's REST protocol, until interrupted.

    \b
    Examples:
      cruscotto serve
      curl -H "Authorization: $(cruscotto token)" http://127.0.0.1:4000/cubejs-api/v1/meta
    """
    current_file(workspace)
    serve(
        semantic_model_dir(),
        workspace.published,
        AuthSettings(secrets=(api_secret(workspace),), anonymous=anonymous),
        host=host,
        port=port,
        on_ready=lambda address: click.echo(f"listening on {address}"),
    )


@click.command("token")
@click.option(
    "--subject", default="locale", show_default=True, help="Who will ask: it goes into the audit log."
)
@click.option("--hours", type=click.IntRange(1, 24 * 365), default=12, show_default=True)
@home_option
def token_verb(subject: str, hours: int, workspace: Workspace) -> None:
    """Print a token signed with this installation's secret.

    \b
    Examples:
      export CRUSCOTTO_TOKEN=$(cruscotto token --subject controller --hours 8)
    """
    click.echo(local_token(workspace, subject, timedelta(hours=hours)))

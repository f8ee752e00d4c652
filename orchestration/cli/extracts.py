"""`cruscotto extracts`: synthetic deliveries in the real formats."""

from pathlib import Path

import click

from orchestration.cli.output import as_json_option, print_json, print_table, step
from orchestration.synthetic import SCALES, generate

__all__ = ["extracts"]


@click.group()
def extracts() -> None:
    """Write synthetic extracts."""


@extracts.command("generate")
@click.option(
    "--scale", type=click.Choice(sorted(SCALES)), default="demo", show_default=True, help="How much."
)
@click.option(
    "--months", type=click.IntRange(1, 120), default=24, show_default=True, help="Months, up to --end."
)
@click.option("--end", default="2025-12", show_default=True, metavar="YYYY-MM", help="Last month.")
@click.option("--seed", type=int, default=1, show_default=True, help="Same seed, same bytes.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), required=True, help="Folder to write to."
)
@as_json_option
def _generate(scale: str, months: int, end: str, seed: int, out: Path, as_json: bool) -> None:
    """Write every extract and master of some months, warts included.

    \b
    Examples:
      cruscotto extracts generate --scale demo --out var/landing
      cruscotto extracts generate --scale national --months 60 --seed 7 --out /data/national
    """
    with step("Scrittura degli estratti") as advance:
        report = generate(scale, months, seed, out, end=end, progress=advance)
    rows: dict[str, int] = {}
    for delivery in report.files:
        extract = delivery.name.split("_20")[0].split(".")[0]
        rows[extract] = rows.get(extract, 0) + delivery.rows
    if as_json:
        print_json(
            {
                "scale": scale,
                "seed": seed,
                "files": len(report.files),
                "rows": rows,
                "seconds": report.seconds,
            }
        )
    else:
        print_table(f"{len(report.files)} file in {out}", ["estratto", "righe"], _as_rows(rows))


def _as_rows(rows: dict[str, int]) -> list[dict[str, object]]:
    return [{"estratto": name, "righe": count} for name, count in sorted(rows.items())]

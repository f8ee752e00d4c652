"""`python -m semantic compile MANIFEST [FOLDER]`: the compiler alone, for build scripts."""

import argparse
import sys
from pathlib import Path

from semantic.compiler import CompileError, compile_model, drift, write_model

__all__ = ["main"]

_FOLDER = Path(__file__).resolve().parent / "model"


def main(arguments: list[str] | None = None) -> int:
    """Compile the model, or with `--check` report drift; return the exit status (1 = drift, 2 = error)."""
    parser = argparse.ArgumentParser(
        prog="python -m semantic", description="Compile dbt metrics into the Cube model."
    )
    parser.add_argument("command", choices=["compile"])
    parser.add_argument("manifest", type=Path, help="dbt's target/manifest.json")
    parser.add_argument("folder", type=Path, nargs="?", default=_FOLDER, help="where the model is written")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when files would change")
    options = parser.parse_args(arguments)
    try:
        files = compile_model(options.manifest)
    except CompileError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    changed = drift(files, options.folder) if options.check else write_model(files, options.folder)
    for name in changed:
        print(name)
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())

"""dbt, in a process that ends with the one that started it.

The parent keeps the other end of standard input open for as long as it lives. When it is killed the system
closes that end, and dbt must not go on writing into a build that somebody else may begin.
"""

import os
import threading

from dbt.cli.main import cli

__all__ = ["main"]

_TERMINATED = 143


def main() -> None:
    """Run dbt with the arguments of this process."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    cli()


def _end_with_parent() -> None:
    while os.read(0, 1):
        pass
    os._exit(_TERMINATED)


if __name__ == "__main__":
    main()

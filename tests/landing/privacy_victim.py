"""An erasure in a process of its own that is killed at a chosen instant; see `tests.loads.victim`."""

import argparse
import sys
from pathlib import Path

from orchestration.privacy import erase
from orchestration.workspace import Workspace

from ..loads.victim import Watch


def main() -> None:
    """Erase, as told."""
    parser = argparse.ArgumentParser()
    parser.add_argument("home", type=Path)
    parser.add_argument("number")
    parser.add_argument("--kill-at", type=int, default=0)
    parser.add_argument("--log", type=Path)
    options = parser.parse_args()
    sys.addaudithook(Watch(str(options.home.resolve()), options.kill_at, options.log).see)
    erase(Workspace(options.home), [options.number])


if __name__ == "__main__":
    main()

"""`python -m orchestration.cli`: the same as the `cruscotto` command."""

from orchestration.cli.application import main

if __name__ == "__main__":
    main()

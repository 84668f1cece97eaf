"""`python -m waitbench` is `waitbench`."""

from waitbench.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

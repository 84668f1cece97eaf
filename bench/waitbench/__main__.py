"""`python -m waitbench` is `waitbench`: the program, which Ctrl-C ends without a word at first."""

import _signal  # type: ignore[import-not-found]  # `signal` makes enumerations, a millisecond

if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # while it imports; each command listens itself

from waitbench.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

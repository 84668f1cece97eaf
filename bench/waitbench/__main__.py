"""`python -m waitbench` is `waitbench`: the program, which Ctrl-C ends without a word at first."""

import signal

if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # while it imports; each command listens itself

from waitbench.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

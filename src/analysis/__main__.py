"""The command `impact-study` from its first import on: a Ctrl-C leaves one line and no trace, whatever it falls into."""

import sys
import threading
from _thread import interrupt_main


def main() -> None:
    """Run the command that the arguments name, and leave with its exit code."""
    plain = sys.unraisablehook

    def again(lost) -> None:  # a callback, of the imports say, loses the Ctrl-C that falls into it
        threading.Timer(
            0.01, interrupt_main
        ).start() if lost.exc_type is KeyboardInterrupt else plain(lost)

    sys.unraisablehook = again
    try:
        from analysis.run.cli import main as command

        command()
    except (KeyboardInterrupt, SystemExit) as end:
        if isinstance(end, SystemExit) and end.code != 130:
            raise
        print("interrupted", file=sys.stderr)
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()

"""``extract`` and ``python -m extract``: the command line, as a process of its own."""

from __future__ import annotations

import gc
import sys


def main() -> int:
    """The command line on ``sys.argv``; gives the exit status."""
    gc.disable()  # what is imported is no garbage; looking for some takes a tenth of the time of `extract --help`
    from extract import cli

    return cli.main()


if __name__ == "__main__":
    sys.exit(main())

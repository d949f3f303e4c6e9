"""``python -m extract`` is the command line."""

from extract.cli import main

raise SystemExit(main())

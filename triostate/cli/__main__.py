"""``python -m triostate.cli``, the same as ``triostate``."""

from triostate.cli.main import main

raise SystemExit(main())

"""The command line: which command, with which options, and what is said when it fails.

Knows what the commands are called, not what they do.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from triostate.cli.check import check
from triostate.cli.new import new
from triostate.cli.run import run
from triostate.errors import TriostateError

__all__ = ["main"]

_MODULE = "what to serve: package.module or package.module:name; by default what [tool.triostate] "
_MODULE += "app in ./pyproject.toml says"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return the status of the process: 0, 1 for what is wrong, 2 for misuse."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.command(options)
    except TriostateError as error:
        sys.stderr.write(f"triostate: {error}\n")
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="triostate", description="Web apps with long-running work behind live pages."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run_parser = commands.add_parser(
        "run",
        help="serve for development: an edit is on the page at once, a mistake is shown on it",
    )
    run_parser.add_argument("module", nargs="?", default="", metavar="MODULE", help=_MODULE)
    run_parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen at (default: %(default)s)"
    )
    run_parser.add_argument(
        "--port", type=_port, default=8000, help="default: %(default)s; 0 for any that is free"
    )
    run_parser.set_defaults(command=lambda given: run(given.module, given.host, given.port))

    new_parser = commands.add_parser("new", help="make a project that runs and has a test")
    new_parser.add_argument("name", metavar="NAME", help="of the folder and of the package in it")
    new_parser.set_defaults(command=lambda given: new(given.name, Path.cwd()))

    check_parser = commands.add_parser(
        "check", help="compile all pages and say what is wrong with them"
    )
    check_parser.add_argument("module", nargs="?", default="", metavar="MODULE", help=_MODULE)
    check_parser.set_defaults(command=lambda given: check(given.module))
    return parser


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port: choose 0 to 65535")
    return int(text)

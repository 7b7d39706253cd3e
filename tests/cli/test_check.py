"""`triostate check`: every problem, with its line, in one run."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.test_new import run

GOOD = """\
import triostate as ts


class Cart(ts.State):
    count: int = 0


@ts.page(route="/")
def index():
    return ts.text(Cart.count)
"""

BAD = """\
import triostate as ts


class Cart(ts.State):
    count: int = 0

    @ts.event
    def add(self):
        self.count += 1


class Order(ts.State):
    thing: "NotThere" = 0


@ts.page(route="/")
def index():
    return ts.vstack(
        ts.heading("Cart", sizes="7"),
    )


@ts.page(route="/if")
def asks():
    return ts.text("a" if Cart.count else "b")


@ts.page(route="/none")
def nothing():
    pass


@ts.page(route="/fine")
def fine():
    return ts.text(Cart.count)
"""


def checked(folder: Path, text: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on a module `shop`."""
    (folder / "shop.py").write_text(text, encoding="utf-8")
    (folder / "pyproject.toml").write_text('[tool.triostate]\napp = "shop"\n', encoding="utf-8")
    return run(folder, "triostate.cli", "check", *arguments)


def test_nothing_wrong(tmp_path: Path) -> None:
    """An app that compiles ends with 0."""
    done = checked(tmp_path, GOOD)
    assert (done.returncode, done.stdout, done.stderr) == (0, "shop: nothing wrong\n", "")


def test_all_problems(tmp_path: Path) -> None:
    """Each problem of any page or state is said with its line and its remedy; the status is 1."""
    done = checked(tmp_path, BAD)
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert done.stderr == ""
    assert lines[-1] == "shop: 4 problems"
    for start, remedy in (
        ("shop.py:12: class Order: DefinitionError: var Order.thing", "import it where it runs"),
        ("shop.py:19: page /: PageError: heading has no prop 'sizes'", "did you mean 'size'?"),
        ("shop.py:25: page /if: ExpressionError: ", "cond"),
        ("shop.py:28: page /none: PageError: the function returned None", "return a component"),
    ):
        (line,) = (line for line in lines if line.startswith(start))
        assert remedy in line


@pytest.mark.parametrize(
    "text, said",
    [
        ("def (:\n", "shop.py:1: importing shop: SyntaxError: invalid syntax"),
        ("import nowhere\n", "shop.py:1: importing shop: ModuleNotFoundError: No module named"),
        ("import sys\nsys.exit(4)\n", "shop.py:2: importing shop: SystemExit: 4"),
        (GOOD + GOOD.replace("index", "again"), "two State classes are called 'state.cart'"),
        (
            GOOD + "\n\n@ts.page(route='/')\ndef again():\n    return None\n",
            "two pages have the route '/'",
        ),
    ],
)
def test_what_stops_the_rest(tmp_path: Path, text: str, said: str) -> None:
    """What cannot be imported or put together is said in the same way."""
    done = checked(tmp_path, text)
    assert done.returncode == 1
    assert said in done.stdout
    assert done.stdout.splitlines()[-1].startswith("shop: ")


def test_a_module_by_name(tmp_path: Path) -> None:
    """The module may be named, with the App in it; one that is not there is a problem."""
    assert checked(tmp_path, GOOD + "\nmine = ts.App()\n", "shop:mine").returncode == 0
    done = checked(tmp_path, GOOD, "shop:mine")
    assert done.returncode == 1
    assert "has no App called 'mine'" in done.stdout
    assert "No module named 'shops'" in checked(tmp_path, GOOD, "shops").stdout


def test_the_gallery() -> None:
    """Nothing is wrong with the examples."""
    root = Path(__file__).resolve().parents[2]
    done = run(root, "triostate.cli", "check")
    assert (done.returncode, done.stdout) == (0, "examples.gallery: nothing wrong\n")


def test_misuse(tmp_path: Path) -> None:
    """A command that there is not, and no command, say which there are, with status 2."""
    for arguments in ([], ["serve"]):
        done = run(tmp_path, "triostate.cli", *arguments)
        assert done.returncode == 2
        assert "usage: triostate" in done.stderr

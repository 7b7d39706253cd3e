"""What is said of an exception: whose line is blamed, and how it is quoted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from triostate.errors import PageError
from triostate.limits import MAX_TRACEBACK_CHARACTERS
from triostate.web.failure import Failure, describe_failure


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fail(folder: Path, text: str, **names: Any) -> Failure:
    """Run a module's text from a file, and describe what it raises."""
    path = folder / "mine.py"
    path.write_text(text, encoding="utf-8")
    try:
        exec(compile(text, str(path), "exec"), names)
    except Exception as error:  # noqa: BLE001 - whatever the text raises is what is described
        return describe_failure("importing mine", error)
    pytest.fail("the text raises nothing")


def test_the_users_line_is_blamed(folder: Path) -> None:
    """The innermost line that the user wrote, not the library's below it nor the caller's above."""
    failure = fail(folder, "import json\n\n\ndef read():\n    json.loads('{')\n\n\nread()\n")
    assert failure.place == "mine.py:5"
    assert failure.kind == "JSONDecodeError"
    assert (5, "    json.loads('{')") in failure.excerpt
    assert "json/decoder.py" in failure.traceback
    assert str(failure).startswith("mine.py:5: importing mine: JSONDecodeError: Expecting")


def test_a_cause_with_the_line_is_found(folder: Path) -> None:
    """An error that a library raises from the user's names the user's line."""

    def wrap(function: Any) -> None:
        try:
            function()
        except ZeroDivisionError as error:
            raise PageError("page /: cannot be built") from error

    failure = fail(folder, "def page():\n    1 / 0\n\n\nwrap(page)\n", wrap=wrap)
    assert failure.kind == "PageError"
    # This file is user code as well: the line that raised is in it.
    assert failure.file.endswith("test_failure.py")


def test_a_syntax_error(folder: Path) -> None:
    """Its own file and line, and the column in what is quoted, without the margin."""
    failure = fail(folder, "if True:\n    x = 1\n    y = = 2\n    z = 3\n")
    assert (failure.place, failure.kind, failure.message) == (
        "mine.py:3",
        "SyntaxError",
        "invalid syntax",
    )
    marked = dict(failure.excerpt)[3]
    assert marked[failure.column - 1] == "="


def test_the_margin_is_left_out(folder: Path) -> None:
    """Lines that are all indented are quoted without what they share."""
    body = "".join(f"        x{i} = {i}\n" for i in range(9))
    failure = fail(folder, f"def f():\n    if True:\n{body}        1 / 0\n{body}\n\nf()\n")
    assert dict(failure.excerpt)[failure.line] == "1 / 0"
    assert len(failure.excerpt) == 7


def test_a_group(folder: Path) -> None:
    """Of a group its first exception is described."""
    failure = fail(folder, "raise ExceptionGroup('all', [ExceptionGroup('in', [OSError('x')])])\n")
    assert (failure.kind, failure.message) == ("OSError", "x")


def test_no_line_to_blame() -> None:
    """Without a line of the user's it is the place that is known, or none."""
    error = PageError("page /: the function returned None")
    assert describe_failure("page /", error).place == ""
    failure = describe_failure("page /", error, "/elsewhere/shop.py:7")
    assert failure.place == "/elsewhere/shop.py:7"
    assert failure.message == "the function returned None"
    assert failure.excerpt == ()
    json.dumps(failure.to_json())


def test_a_traceback_has_an_end(folder: Path) -> None:
    """A recursion's is cut to its end."""
    text = "def f(n):\n    return n + g(n)\n\n\ndef g(n):\n    return f(n + 1)\n\n\nf(0)\n"
    failure = fail(folder, text.replace("f(0)", "raise ValueError('x' * 100_000)"))
    assert len(failure.traceback) == MAX_TRACEBACK_CHARACTERS

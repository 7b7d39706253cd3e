"""`triostate run` as a process: its socket, its servers, its end."""

import json
import os
import re
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.browser.developing import Development
from tests.cli.test_check import GOOD
from tests.cli.test_new import run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a project of one module."""
    project = tmp_path / "project"
    project.mkdir()
    (project / "shop.py").write_text(GOOD, encoding="utf-8")
    return project


def get(url: str) -> tuple[int, str]:
    """Return status and text of an address."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_no_connection_is_refused_while_it_starts_again(folder: Path, tmp_path: Path) -> None:
    """Who asks while the server is replaced waits for the next one."""
    served = Development(folder, tmp_path / "log", "shop")
    try:
        for version in range(3):
            old = "ts.text(Cart.count" if version == 0 else f'ts.text("v{version - 1} ", Cart.count'
            served.edit("shop.py", old, f'ts.text("v{version} ", Cart.count')
            text, deadline = "", time.monotonic() + 60
            while f"v{version} " not in text:  # an edit may be seen twice, and served twice
                assert time.monotonic() < deadline, served.log_text
                with socket.create_connection(("127.0.0.1", served.port), timeout=5):
                    pass
                status, text = get(served.base_url)
                assert status == 200
                time.sleep(0.1)
        servers = served.servers()
        assert servers
        assert served.stop() == 0
        assert not [pid for pid in servers if Path(f"/proc/{pid}").exists()]
    finally:
        served.kill()


def test_two_edits_in_one_second(folder: Path, tmp_path: Path) -> None:
    """The second is served, though what was compiled of the first has its size and its time."""
    source = folder / "shop.py"
    text = source.read_text(encoding="utf-8")
    served = Development(folder, tmp_path / "log", "shop")
    try:
        for version in ("v0 ", "v1 "):
            written = source.with_name(".shop.py.swp")
            written.write_text(
                text.replace("ts.text(Cart.count", f'ts.text("{version}", Cart.count'),
                encoding="utf-8",
            )
            os.utime(written, (1_700_000_000, 1_700_000_000))
            written.replace(source)
            deadline = time.monotonic() + 30
            while version not in get(served.base_url)[1]:
                assert time.monotonic() < deadline, served.log_text
                time.sleep(0.1)
        assert served.stop() == 0
    finally:
        served.kill()


def test_a_handler_that_does_not_end(folder: Path, tmp_path: Path) -> None:
    """A server that cannot end in time is killed, and the next one serves."""
    stuck = "\n\nimport atexit, time\natexit.register(lambda: time.sleep(600))\n"
    (folder / "shop.py").write_text(GOOD + stuck, encoding="utf-8")
    served = Development(folder, tmp_path / "log", "shop")
    try:
        served.edit("shop.py", stuck, "")
        served.wait_for_log(re.compile("live after"), 2)
        assert get(served.base_url)[0] == 200
    finally:
        served.kill()


def test_what_is_wrong_is_for_developers(folder: Path, tmp_path: Path) -> None:
    """While the app is broken every page is a 500 with the reason; nothing else is answered."""
    (folder / "shop.py").write_text(GOOD + "1 / 0\n", encoding="utf-8")
    served = Development(folder, tmp_path / "log", "shop")
    try:
        status, text = get(f"{served.base_url}/any/page")
        assert status == 500
        assert "ZeroDivisionError" in text
        assert "development.js" in text
        assert get(f"{served.base_url}/_triostate/stream")[0] == 503
        answer = json.loads(get(f"{served.base_url}/_triostate/development?path=/")[1])
        assert (answer["failure"]["file"], answer["failure"]["line"]) == ("shop.py", 11)
        assert re.search(r"shop.py:11: importing shop: ZeroDivisionError", served.log_text)
        assert served.stop() == 0
    finally:
        served.kill()


def test_a_port_that_is_taken(folder: Path) -> None:
    """The command says which, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = run(folder, "triostate.cli", "run", "shop", "--port", str(port))
    assert done.returncode == 1
    assert f"cannot listen at 127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr
    assert run(folder, "triostate.cli", "run", "--port", "70000").returncode == 2

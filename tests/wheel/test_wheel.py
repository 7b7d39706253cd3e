"""The wheel as a stranger gets it: built in isolation, installed where nothing else is, served.

The machine that these tests pretend to be has Python and pip and nothing more: PATH names an
empty folder, so there is no Node, no npm and no compiler to be found by accident.
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final
from urllib.parse import urljoin

import attrs
import pytest

from tests.documents import Block, documents
from tests.wheel.terminal import Terminal

pytestmark = pytest.mark.slow

ROOT: Final = Path(__file__).resolve().parents[2]
SCRIPTS: Final = "Scripts" if os.name == "nt" else "bin"
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
REQUEST_SECONDS: Final = 10.0


@pytest.fixture(scope="module")
def bare_env(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give an environment whose PATH leads nowhere and that knows of no other Python."""
    nowhere = tmp_path_factory.mktemp("nowhere")
    hidden = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "TRIOSTATE_APP", "TRIOSTATE_DEV"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "PATH": str(nowhere)}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, bare_env: dict[str, str]) -> Path:
    """Build the sdist, and from the sdist alone the wheel, each in an environment of its own."""
    output = tmp_path_factory.mktemp("dist")
    run([sys.executable, "-m", "build", "--outdir", str(output), str(ROOT)], output, bare_env)
    (wheel,) = output.glob("triostate-*.whl")
    return wheel


@pytest.fixture(scope="module")
def scripts(
    tmp_path_factory: pytest.TempPathFactory, wheel: Path, bare_env: dict[str, str]
) -> Path:
    """Install the wheel where nothing else is installed, and give the folder of its programs."""
    home = tmp_path_factory.mktemp("installed") / "venv"
    run([sys.executable, "-m", "venv", str(home)], ROOT, bare_env)
    scripts = home / SCRIPTS
    run([str(scripts / "python"), "-m", "pip", "install", str(wheel)], home, bare_env)
    return scripts


@attrs.frozen
class Served:
    """An installed triostate that is being served."""

    process: subprocess.Popen[bytes]
    base_url: str


@pytest.fixture(scope="module")
def served(
    tmp_path_factory: pytest.TempPathFactory, scripts: Path, bare_env: dict[str, str]
) -> Iterator[Served]:
    """Run `hypercorn triostate.app:app` in an empty folder."""
    empty, log_path = tmp_path_factory.mktemp("empty"), tmp_path_factory.mktemp("log") / "log"
    command = [str(scripts / "hypercorn"), "triostate.app:app", "--bind", "127.0.0.1:0"]
    with log_path.open("wb") as log:
        process = subprocess.Popen(command, cwd=empty, env=bare_env, stdout=log, stderr=log)
    try:
        yield Served(process, wait_for_address(process, log_path))
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_the_wheel_carries_the_licences(wheel: Path) -> None:
    """The texts of our licence and of those whose work is in the bundle ride along."""
    names = zipfile.ZipFile(wheel).namelist()
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")]
    assert "triostate/_assets/licenses/basecoat-css.txt" in names
    assert "triostate/_assets/licenses/tailwindcss.txt" in names


def test_the_wheel_carries_the_front_end_and_the_type_marker(wheel: Path) -> None:
    """All that a page loads is in it, packed and unpacked; no source of it, no test, no example."""
    names = set(zipfile.ZipFile(wheel).namelist())
    for name in ("boot.js", "runtime.js", "triostate.css"):
        assert {f"triostate/_assets/{name}", f"triostate/_assets/{name}.gz"} <= names
    assert {"triostate/_assets/manifest.json", "triostate/py.typed"} <= names
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "triostate",
        "pytest_triostate.py",
    }


def test_the_page_and_all_that_it_loads_are_served(served: Served) -> None:
    """Every address that the page, its styles and its scripts name answers 200 with a body."""
    page_url = f"{served.base_url}/"
    seen: dict[str, str] = {}
    waiting = [page_url]
    while waiting:
        url = waiting.pop()
        if url not in seen and url.startswith(served.base_url):
            seen[url] = fetch(url)
            waiting += [urljoin(url, reference) for reference in references(url, seen[url])]
    assets = [url for url in seen if "/_triostate/assets/" in url]
    assert {url.rsplit("/", 1)[1] for url in assets} >= {"boot.js", "runtime.js", "triostate.css"}


def test_a_new_project_works(
    scripts: Path, wheel: Path, bare_env: dict[str, str], tmp_path: Path
) -> None:
    """`triostate new demo` makes a project whose tests, check and server work right away."""
    python, triostate = str(scripts / "python"), str(scripts / "triostate")
    run([python, "-m", "pip", "install", f"{wheel}[testing]", "pytest>=9,<10"], tmp_path, bare_env)
    run([triostate, "new", "demo"], tmp_path, bare_env)
    project, log_path = tmp_path / "demo", tmp_path / "log"
    run([python, "-m", "pytest"], project, bare_env)
    run([triostate, "check"], project, bare_env)
    with log_path.open("wb") as log:
        command = [triostate, "run", "--port", "0"]
        process = subprocess.Popen(command, cwd=project, env=bare_env, stdout=log, stderr=log)
    try:
        url = wait_for_address(process, log_path)
        assert "<title>demo</title>" in fetch(f"{url}/")
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_SECONDS) == 0
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def test_the_quick_start_to_the_letter(
    wheel: Path, bare_env: dict[str, str], tmp_path: Path
) -> None:
    """Who types each command and saves each file has the app, its tests and its server.

    Only the port is another. The package is the wheel, whatever an index has under its name.
    """
    (document,) = (d for d in documents() if d.name == "quick-start.md")
    reader = Reader(tmp_path / "reader", _env_of_a_reader(tmp_path, wheel, bare_env))
    with reader.first, reader.second:
        for block in document.blocks:
            if block.language == "sh":
                reader.types(block.text)
            elif block.is_code:
                reader.saves(block)
        assert "Hello, " in reader.second.output, "what curl has printed"
        reader.first.interrupt()
    assert "2 passed" in reader.second.output


def _env_of_a_reader(folder: Path, wheel: Path, bare_env: dict[str, str]) -> dict[str, str]:
    programs = folder / "programs"
    programs.mkdir()
    (programs / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (programs / "python3").chmod(0o755)
    constraint = folder / "constraint.txt"
    constraint.write_text(f"triostate == {wheel.name.split('-')[1]}\n")
    links = f"{wheel.parent} {bare_env.get('PIP_FIND_LINKS', '')}".strip()
    path = os.pathsep.join([str(programs), "/usr/bin", "/bin"])
    pip = {"PIP_CONSTRAINT": str(constraint), "PIP_FIND_LINKS": links}
    return {**bare_env, "PATH": path, **pip}


class Reader:
    """Who follows a document with two terminals and an editor."""

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        folder.mkdir()
        self.first = Terminal(folder, env, folder.with_name("first.log"))
        self.second = Terminal(folder, env, folder.with_name("second.log"))
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = str(probe.getsockname()[1])

    def types(self, text: str) -> None:
        """Type a block of commands: in the other terminal while a server runs in the first."""
        text = text.replace("8000", self._port)
        if text.startswith(("triostate run", "hypercorn")):
            if self.first.is_busy:
                self.first.interrupt()
            port = f" --port {self._port}" if text == "triostate run" else ""
            self.first.start(text + port)
            self._see("<title>")
        elif self.first.is_busy:
            self.second.run(text)
        else:
            self.first.run(text)
            self.second.run(f'cd "{self.first.folder}"')

    def saves(self, block: Block) -> None:
        """Save a file; if it is a page's, see the page."""
        (self.second.folder / block.file).write_text(f"{block.text}\n")
        title = re.search(r'title="(.*?)"', block.text)
        if title is not None:
            self._see(f"<title>{title[1]}</title>")

    def _see(self, what: str) -> None:
        deadline, seen = time.monotonic() + START_SECONDS, ""
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                seen = fetch(f"http://127.0.0.1:{self._port}/")
            if what in seen:
                return
            time.sleep(0.1)
        pytest.fail(f"{what} is not on the page:\n{seen[:2000]}\n{self.first.output[-3000:]}")


def test_sigterm_ends_it_in_an_orderly_way(served: Served) -> None:
    """The process ends with status 0. (The last test of the module: nothing is served after it.)"""
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(STOP_SECONDS) == 0


def run(command: list[str], cwd: Path, env: dict[str, str]) -> None:
    """Run a step; show what it printed if it fails."""
    done = subprocess.run(
        command, cwd=cwd, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode != 0:
        pytest.fail(f"{command} ended with {done.returncode}:\n{done.stdout.decode()[-6000:]}")


def wait_for_address(process: subprocess.Popen[bytes], log_path: Path) -> str:
    """Read from the log where it listens. The server chose the port."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        found = re.search(r"on (http://127\.0\.0\.1:\d+)", log_path.read_text())
        if found is not None:
            return found[1]
        time.sleep(0.05)
    pytest.fail(f"the wheel is not served. Its log:\n{log_path.read_text()}")


def fetch(url: str) -> str:
    """Get a page or file of the server; anything but a 200 with a body fails."""
    with urllib.request.urlopen(url, timeout=REQUEST_SECONDS) as answer:
        body: bytes = answer.read()
        assert answer.status == 200, url
        assert body, url
    return body.decode("utf-8", "replace")


def references(url: str, text: str) -> list[str]:
    """List what a page, a style sheet or a script makes a browser load."""
    if url.endswith(".css"):
        return [found for found in re.findall(r"url\(['\"]?([^)'\"]+)", text) if ":" not in found]
    if url.endswith(".js"):
        return re.findall(r"(?:import|from)\s*\(?[\"'](\./[^\"']+\.js)[\"']", text)
    parser = Loads()
    parser.feed(text)
    return parser.found


class Loads(HTMLParser):
    """Collects the addresses that a browser loads with a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = {"link": "href", "script": "src", "img": "src"}.get(tag)
        value = dict(attrs).get(name) if name else None
        if value and not value.startswith("data:"):
            self.found.append(value)

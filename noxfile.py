"""All checks, each a session: a plain `nox` runs those that a change has to pass.

Installing costs more than checking, so there is one environment, `.nox/dev`, that the sessions
share; `dev` makes it and the others ask for it. The wheel alone is tried in an environment of
its own. Test runners leave their results in `.cache/reports/`, for whoever wants the totals.
"""

import hashlib
import json
import os
from pathlib import Path

import nox

nox.needs_version = ">=2025.11"
nox.options.default_venv_backend = "venv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = True
nox.options.sessions = ["tests", "faults", "browser", "lint", "types", "layers", "js", "wheel"]

ROOT = Path(__file__).resolve().parent
REPORTS = ROOT / ".cache" / "reports"
STATIC = ROOT / "static"
# What has a session of its own, and so is left out of `tests`.
APART = (
    "tests/browser",
    "tests/faults",
    "tests/layers",
    "tests/wheel",
    "tests/bench",
    "tests/typing",
)
# Of these, what `slow` runs all the same.
SLOW = ("tests/browser", "tests/faults")


def in_dev(session: nox.Session, *command: str) -> None:
    """Run a command of the shared environment."""
    scripts = ROOT / ".nox" / "dev" / ("Scripts" if os.name == "nt" else "bin")
    path = f"{scripts}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    program = str(scripts / command[0])
    session.run(program, *command[1:], external=True, env={"PATH": path})


def pytest(session: nox.Session, *arguments: str) -> None:
    """Run pytest; what follows `--` on nox's command line goes to it."""
    report = f"--junitxml={REPORTS / session.name}.xml"
    in_dev(session, "python", "-m", "pytest", report, *arguments, *session.posargs)


@nox.session(default=False)
def dev(session: nox.Session) -> None:
    """Make the shared environment: every tool, and the package from the checkout, editable."""
    project = nox.project.load_toml("pyproject.toml")
    session.install(*nox.project.dependency_groups(project, "dev"))
    # The build's own requirements are among the tools: no need to fetch them once more.
    session.install("--no-build-isolation", "-e", ".")


@nox.session(venv_backend="none", requires=["dev"])
def tests(session: nox.Session) -> None:
    """Everything that needs no browser and takes no minutes, on all cores."""
    apart = (f"--ignore={folder}" for folder in APART)
    pytest(session, "tests", "-m", "not slow", "-n", "auto", "--dist", "worksteal", *apart)


@nox.session(venv_backend="none", requires=["dev"])
def faults(session: nox.Session) -> None:
    """Servers and connections that break, in real time: one test after another."""
    pytest(session, "tests/faults", "-m", "not slow")


@nox.session(venv_backend="none", requires=["dev"])
def browser(session: nox.Session) -> None:
    """The tests in a real Chromium, against real servers."""
    pytest(session, "tests/browser", "-m", "not slow")


@nox.session(venv_backend="none", requires=["dev"], default=False)
def slow(session: nox.Session) -> None:
    """What those above leave out."""
    apart = (f"--ignore={folder}" for folder in APART if folder not in SLOW)
    pytest(session, "tests", "-m", "slow", *apart)


@nox.session(venv_backend="none", requires=["dev"])
def lint(session: nox.Session) -> None:
    """Rules and layout of the Python code."""
    in_dev(session, "ruff", "check", ".")
    in_dev(session, "ruff", "format", "--check", ".")


@nox.session(venv_backend="none", requires=["dev"])
def types(session: nox.Session) -> None:
    """Both type checkers on our code; and on user code, right and wrong."""
    in_dev(session, "mypy")
    in_dev(session, "pyright", "--pythonpath", str(ROOT / ".nox" / "dev" / "bin" / "python"))
    pytest(session, "tests/typing")


@nox.session(venv_backend="none", requires=["dev"])
def layers(session: nox.Session) -> None:
    """The architecture: who may import whom."""
    pytest(session, "tests/layers")


@nox.session(venv_backend="none", requires=["dev"])
def js(session: nox.Session) -> None:
    """The browser runtime: its unit tests, its types, its rules."""
    node, npm = find_node(session)
    install_packages(session, npm)
    REPORTS.mkdir(parents=True, exist_ok=True)
    with session.chdir(STATIC):
        run_node(
            session,
            *node,
            "--test",
            "--test-reporter=spec",
            "--test-reporter-destination=stdout",
            "--test-reporter=junit",
            f"--test-reporter-destination={REPORTS / 'js.xml'}",
            "tests/**/*.test.js",
        )
        run_node(session, *node, "node_modules/typescript/bin/tsc", "-p", ".", "--noEmit")
        run_node(session, *node, "node_modules/eslint/bin/eslint.js", ".")


@nox.session(venv_backend="none", requires=["dev"])
def wheel(session: nox.Session) -> None:
    """The wheel, built as a publisher does and served as a user does, with no Node in sight."""
    pytest(session, "tests/wheel")


@nox.session(venv_backend="none", requires=["dev"], default=False)
def bench(session: nox.Session) -> None:
    """Measure; nothing is asserted here, so it is no part of a plain run."""
    in_dev(session, "python", "-m", "tests.bench", *session.posargs)


def find_node(session: nox.Session) -> tuple[list[str], list[str]]:
    """Ask the build hook for the commands of Node and npm: the same ones that build the wheel."""
    ask = "import json, hatch_build; print(json.dumps(hatch_build.find_node()[:2]))"
    python = ROOT / ".nox" / "dev" / ("Scripts" if os.name == "nt" else "bin") / "python"
    answer = session.run(str(python), "-c", ask, external=True, silent=True)
    node, npm = json.loads(str(answer))
    return node, npm


def install_packages(session: nox.Session, npm: list[str]) -> None:
    """Run `npm ci` in `static/` if the lockfile has changed since it was last run there."""
    lock = hashlib.sha256((STATIC / "package-lock.json").read_bytes()).hexdigest()
    mark = STATIC / "node_modules" / ".installed"
    if mark.is_file() and mark.read_text(encoding="ascii") == lock:
        return
    with session.chdir(STATIC):
        run_node(session, *npm, "ci", "--ignore-scripts")
    mark.write_text(lock, encoding="ascii")


def run_node(session: nox.Session, *command: str) -> None:
    """Run one of Node's tools, with the Node that runs it first on PATH."""
    path = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    session.run(*command, external=True, env={"PATH": path})

"""The sample application on real servers, over real sockets."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import trio
from trio_websocket import ConnectionClosed, open_websocket_url, wrap_client_stream

from tests.server.serving import COMMANDS, process, receive_until, run_limited, running

every_server = pytest.mark.parametrize("name", COMMANDS)

# Three times the second and a half that the design promises for a drain with nothing running.
STOP_SECONDS = 4.5


@every_server
def test_requests(name: str, tmp_path: Path) -> None:
    """Bodies small and large are echoed, a crash is a 500, and the next request is served."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            assert await server.post("/echo", b"hello") == b"hello"
            large = bytes(range(256)) * 4096
            assert await server.post("/echo", large) == large
            assert b"Traceback" not in await server.get("/crash")
            assert await server.post("/echo", b"again") == b"again"
            assert "no such row" in server.output

    run_limited(test)


@every_server
def test_websocket(name: str, tmp_path: Path) -> None:
    """A WebSocket echoes, and either side may close it."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            url = f"ws://127.0.0.1:{server.port}/"
            async with open_websocket_url(url) as socket:
                for text in ("one", "two", "three"):
                    await socket.send_message(text)
                    assert await socket.get_message() == text
            # A stream of our own: the library leaves its socket open when the server closes first.
            async with await server.connect() as stream, trio.open_nursery() as nursery:
                socket = await wrap_client_stream(nursery, stream, "localhost", "/")
                await socket.send_message("close")
                with pytest.raises(ConnectionClosed) as closed:
                    await socket.get_message()
                assert closed.value.reason is not None
                assert closed.value.reason.code == 1000
            assert await server.post("/echo", b"hello") == b"hello"
            assert "Traceback" not in server.output

    run_limited(test)


@every_server
def test_client_that_leaves_is_noticed(name: str, tmp_path: Path) -> None:
    """Streams whose clients have closed, and only those, end on the server."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            streams = [await server.open_stream() for _ in range(5)]
            assert await server.streams() == 5
            for stream in streams[:4]:
                await stream.aclose()
            await server.until_streams(1)
            await receive_until(streams[4], b"data: tick")
            await streams[4].aclose()
            await server.until_streams(0)
            assert "Traceback" not in server.output

    run_limited(test)


@every_server
def test_sigterm_with_open_streams(name: str, tmp_path: Path) -> None:
    """SIGTERM says goodbye on open streams and ends the server soon, in order and well."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            streams = [await server.open_stream() for _ in range(3)]
            status, seconds = await server.stop()
            # uvicorn ends with the signal's own status, after an orderly shutdown.
            assert status == (-signal.SIGTERM if name == "uvicorn" else 0), server.output
            assert seconds < STOP_SECONDS
            for stream in streams:
                await receive_until(stream, b"data: bye")
                await stream.aclose()
            assert "sample: shut down" in server.output
            assert "Traceback" not in server.output

    run_limited(test)


@every_server
def test_ctrl_c_with_open_stream(name: str, tmp_path: Path) -> None:
    """Ctrl-C, which a terminal sends to every process of the server, ends it in order too."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            stream = await server.open_stream()
            server.signal_all(signal.SIGINT)
            await server.process.wait()
            await receive_until(stream, b"data: bye")
            await stream.aclose()
            assert "sample: shut down" in server.output

    run_limited(test)


@every_server
def test_sigterm_to_every_process(name: str, tmp_path: Path) -> None:
    """SIGTERM to every process at once, as systemd sends it, ends the server in order too."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            stream = await server.open_stream()
            server.signal_all(signal.SIGTERM)
            status = await server.process.wait()
            assert status == (-signal.SIGTERM if name == "uvicorn" else 0), server.output
            await receive_until(stream, b"data: bye")
            await stream.aclose()
            assert "sample: shut down" in server.output
            assert "Traceback" not in server.output

    run_limited(test)


@every_server
def test_sigterm_before_any_request(name: str, tmp_path: Path) -> None:
    """SIGTERM to every process of a server that has not served yet ends it in order too."""

    async def test() -> None:
        async with running(COMMANDS[name], tmp_path) as server:
            server.signal_all(signal.SIGTERM)
            status = await server.process.wait()
            assert status == (-signal.SIGTERM if name == "uvicorn" else 0), server.output
            assert "sample: shut down" in server.output

    run_limited(test)


def test_sigterm_to_the_only_process_on_trio(tmp_path: Path) -> None:
    """`-k trio -w 0`, where hypercorn handles no signal: SIGTERM ends it in order all the same."""
    command = [*COMMANDS["hypercorn-trio"], "-w", "0"]

    async def test() -> None:
        async with running(command, tmp_path) as server:
            stream = await server.open_stream()
            status, seconds = await server.stop()
            assert status == 0
            assert seconds < STOP_SECONDS
            await receive_until(stream, b"data: bye")
            await stream.aclose()
            assert "sample: shut down" in server.output

    run_limited(test)


@pytest.mark.parametrize("mode", ["fail", "refuse", "exit"])
@every_server
def test_failed_start(name: str, mode: str, tmp_path: Path) -> None:
    """An application that does not start ends the server, which has said why in one line."""

    async def test() -> None:
        async with process(COMMANDS[name], tmp_path, SAMPLE=mode) as server:
            status = await server.process.wait()
            lines = server.output.splitlines()
            said = [line for line in lines if line.startswith("The application did not start: ")]
            assert len(said) == 1
            assert said[0].endswith("no such database: orders")
            if name == "uvicorn":
                assert status == 3

    run_limited(test)


@pytest.mark.parametrize("worker", ["asyncio", "trio", "uvloop"])
def test_status_of_a_failed_start(worker: str, tmp_path: Path) -> None:
    """The status of a hypercorn worker that did not start is 1, as `-w 0` shows it."""
    command = [*COMMANDS["hypercorn"], "-k", worker, "-w", "0"]

    async def test() -> None:
        async with process(command, tmp_path, SAMPLE="fail") as server:
            assert await server.process.wait() == 1

    run_limited(test)


@pytest.mark.xfail(reason="hypercorn drops the status of a failed worker: its issue 269")
def test_status_of_hypercorn_itself(tmp_path: Path) -> None:
    """The status of hypercorn tells that its worker did not start."""

    async def test() -> None:
        async with process(COMMANDS["hypercorn"], tmp_path, SAMPLE="fail") as server:
            assert await server.process.wait() != 0

    run_limited(test)


def test_uvicorn_without_lifespan(tmp_path: Path) -> None:
    """Without a lifespan from the server the application is started, and ended on SIGTERM."""

    async def test() -> None:
        command = [*COMMANDS["uvicorn"], "--lifespan", "off"]
        async with running(command, tmp_path) as server:
            stream = await server.open_stream()
            assert await server.post("/echo", b"hello") == b"hello"
            status, seconds = await server.stop()
            assert status == -signal.SIGTERM
            assert seconds < STOP_SECONDS
            await receive_until(stream, b"data: bye")
            await stream.aclose()
            assert "Traceback" not in server.output

    run_limited(test)

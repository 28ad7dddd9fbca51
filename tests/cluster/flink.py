"""A real Flink session cluster on loopback: JobManager, TaskManagers, Beam's job server, a pool of Python workers.

Each is a process of its own, so that each can be killed.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.cli import ROOT
from tests.stream.waiting import wait

_PACKAGES = "lang util net nio io text time util.concurrent util.concurrent.atomic lang.reflect".split()
_OPENS = [f"--add-opens=java.base/java.{package}=ALL-UNNAMED" for package in _PACKAGES]
_MEMORY = {
    "task.heap.size": "1280mb", "task.off-heap.size": "0b", "framework.heap.size": "128mb", "framework.off-heap.size": "128mb",
    "network.min": "256mb", "network.max": "256mb", "managed.size": "64mb", "jvm-metaspace.size": "256mb",
    "jvm-overhead.min": "64mb", "jvm-overhead.max": "64mb",
}  # fmt: skip


class Cluster:
    """The running cluster; `flags` are what a pipeline needs to be given to run on it."""

    def __init__(self, home: Path, jars: Path) -> None:
        self._home, self._jars = home, jars
        self._rest, rpc, self._job, self._artifact, self._expansion, self._pool_port = _free_ports(6)
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        (home / "flink-conf.yaml").write_text(_configuration(home, self._rest, rpc))
        self._conf = ("--configDir", str(home))

    def start(self) -> None:
        """Return when the cluster takes jobs."""
        self._java("jobmanager", "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint", *self._conf)
        for number in (1, 2):
            self.start_taskmanager(number)
        wait(lambda: self.rest("/taskmanagers") and len(self.rest("/taskmanagers")["taskmanagers"]) == 2, "two TaskManagers", 300)
        self.start_job_server()

    def start_job_server(self) -> None:
        """Return when it listens. It is there for submissions; jobs go on without it."""
        server = ("--flink-master", f"127.0.0.1:{self._rest}", "--flink-conf-dir", str(self._home), "--job-host", "127.0.0.1")
        ports = ("--job-port", str(self._job), "--artifact-port", str(self._artifact), "--expansion-port", str(self._expansion))
        artifacts = ("--artifacts-dir", str(self._home / "artifacts"))
        self._java("jobserver", "org.apache.beam.runners.flink.FlinkJobServerDriver", *server, *ports, *artifacts)
        wait(lambda: _listens(self._job), "the job server", 300)

    @property
    def flags(self) -> list[str]:
        endpoints = ("--job_endpoint", f"localhost:{self._job}", "--artifact_endpoint", f"localhost:{self._artifact}")
        environment = ("--environment_type", "EXTERNAL", "--environment_config", f"pool:{self._pool_port}")
        return ["--runner", "FlinkRunner", "--parallelism", "2", *endpoints, *environment]

    def rest(self, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """What Flink's REST interface answers to a GET, or to a POST of `body`; {} while it does not."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self._rest}{path}", data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return dict(json.load(answer))
        except OSError:
            return {}

    @property
    def newest_job(self) -> str:
        """The id of the job that started last; "" while there is none."""
        jobs = self.rest("/jobs/overview").get("jobs") or []
        return max(jobs, key=lambda job: job["start-time"])["jid"] if jobs else ""

    @property
    def running(self) -> int:
        """How many jobs are running."""
        return sum(job["state"] == "RUNNING" for job in self.rest("/jobs/overview").get("jobs", []))

    def checkpoints(self) -> int:
        """How many checkpoints the job that started last has completed."""
        return int(self.rest(f"/jobs/{self.newest_job}/checkpoints").get("counts", {}).get("completed", 0))

    def stop_with_savepoint(self) -> str:
        """Stop the job that started last; where its savepoint is."""
        job = self.newest_job
        asked = self.rest(f"/jobs/{job}/stop", {"targetDirectory": f"file://{self._home}/savepoints", "drain": False})
        done: dict[str, Any] = {}

        def is_done() -> bool:
            done.update(self.rest(f"/jobs/{job}/savepoints/{asked['request-id']}"))
            return bool(done.get("status", {}).get("id") == "COMPLETED")

        wait(is_done, "a savepoint", 120)
        assert "location" in done["operation"], done
        return str(done["operation"]["location"])

    def start_taskmanager(self, number: int) -> None:
        """TaskManager `number` (1 to 9) with a pool of workers of its own, as on a machine of its own.

        The pipeline names one address for all of them, so each has a hosts file in which `pool` is its own.
        """
        address = f"127.0.0.{number}"
        self._start(f"pool{number}", sys.executable, "-m", "tests.cluster.pool", f"{address}:{self._pool_port}")
        hosts = self._home / f"hosts{number}"
        hosts.write_text(f"{address} pool\n127.0.0.1 localhost {socket.gethostname()}\n")
        task_manager = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
        self._java(f"taskmanager{number}", f"-Djdk.net.hosts.file={hosts}", task_manager, *self._conf)

    def kill(self, name: str) -> None:
        """kill -9 of a process of the cluster and of those it started."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_worker(self, number: int) -> None:
        """kill -9 of the Python worker of a TaskManager that was started last."""
        found = subprocess.run(
            ["pgrep", "-P", str(self._processes[f"pool{number}"].pid)], capture_output=True, text=True, check=True
        )
        os.kill(max(map(int, found.stdout.split())), signal.SIGKILL)

    def stop(self) -> None:
        for process in self._processes.values():
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _java(self, name: str, *arguments: str) -> None:
        memory = ("-Xmx1536m", "-XX:MaxDirectMemorySize=800m")
        self._start(
            name,
            "java",
            *memory,
            *_OPENS,
            "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
            "-cp",
            f"{self._jars}/*",
            *arguments,
        )

    def _start(self, name: str, *command: str) -> None:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # the pool starts its workers as `python`
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PATH": path, "FLINK_CONF_DIR": str(self._home)}
        with (self._home / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)


def _configuration(home: Path, rest: int, rpc: int) -> str:
    values = {
        "jobmanager.rpc.address": "127.0.0.1", "jobmanager.bind-host": "127.0.0.1", "jobmanager.rpc.port": rpc,
        "jobmanager.memory.process.size": "800m", "rest.address": "127.0.0.1", "rest.bind-address": "127.0.0.1", "rest.port": rest,
        "taskmanager.host": "127.0.0.1", "taskmanager.bind-host": "127.0.0.1", "taskmanager.numberOfTaskSlots": 1,
        "taskmanager.cpu.cores": "2.0", "heartbeat.interval": 3000, "heartbeat.timeout": 60000,
        "state.checkpoints.dir": f"file://{home}/checkpoints",
        "restart-strategy.type": "exponential-delay", "restart-strategy.exponential-delay.max-backoff": "10s",
        **{f"taskmanager.memory.{name}": size for name, size in _MEMORY.items()},
    }  # fmt: skip
    return "".join(f"{name}: {value}\n" for name, value in values.items())


def _free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for open_socket in sockets:
        open_socket.bind(("127.0.0.1", 0))
    ports = [int(open_socket.getsockname()[1]) for open_socket in sockets]
    for open_socket in sockets:
        open_socket.close()
    return ports


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def session_cluster(home: Path, jars: Path) -> Iterator[Cluster]:
    """A cluster with two TaskManagers of one slot while the block runs; logs are in `home`."""
    cluster = Cluster(home, jars)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()

"""How the web server runs. The program logs the requests itself, without what stands in their addresses."""

import os

from prometheus_client.multiprocess import mark_process_dead

bind = os.environ.get("FINSAM_WEB_BIND", "0.0.0.0:8000")
workers = int(os.environ.get("FINSAM_WEB_PROCESSES", "2"))
threads = int(os.environ.get("FINSAM_WEB_THREADS", "4"))
worker_class = "gthread"
# The program is read once and shared by the processes; it opens no connection while it is read.
preload_app = True
timeout = 60
graceful_timeout = 30
# The heartbeat of each worker, in memory: on a disk that is slow it would look dead.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108
# The file system may be read-only, and nobody steers a running server.
control_socket_disable = True
# Only what a proxy on the way says about https and the client's address is read, and the settings know how many.
forwarded_allow_ips = "*"
accesslog = None


def child_exit(_server, worker):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]

"""From the settings to a running server, and to its orderly end."""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from thuishaven.web import ops_log

if TYPE_CHECKING:
    from thuishaven.web.ops_settings import ServerSettings


#: ``M_ARENA_MAX`` of glibc's malloc.h.
_ARENA_MAX = -8


def run(settings: ServerSettings, opened: Callable[[str], None] = lambda address: None) -> None:
    """Serve until the process is told to stop (SIGTERM, Ctrl-C); requests that run then are finished first.

    Parameters
    ----------
    settings
        How to serve.
    opened
        Is told the address, as in ``http://127.0.0.1:8000``, as soon as it answers.
    """
    # Calculations run side by side, one thread each; NumPy reads this when it is first imported.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    few_heaps()
    import uvicorn

    from thuishaven.web import ops_apart, results
    from thuishaven.web.app import create_app

    class Server(uvicorn.Server):
        """Tells its address when it listens."""

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                ops_apart.start(settings.work_at_once, results.prepare)
                ops_apart.stays()
                port = self.servers[0].sockets[0].getsockname()[1]
                name = f"[{settings.host}]" if ":" in settings.host else settings.host
                opened(settings.base_url or f"http://{name}:{port}")

    ops_log.start(settings.log_level)
    Server(uvicorn.Config(create_app(settings), **options(settings))).run()


def options(settings: ServerSettings) -> dict[str, Any]:
    """How uvicorn serves: ours stand in for its log lines, its headers and its trust in proxies."""
    return {
        "host": settings.host,
        "port": settings.port,
        "log_config": None,
        "log_level": settings.log_level,
        "access_log": False,
        "server_header": False,
        "proxy_headers": False,
        "ws": "none",
        "timeout_graceful_shutdown": settings.stop_seconds,
    }


def few_heaps() -> bool:
    """Have the threads of this process share two heaps, where the C library knows how (glibc).

    By default each thread has its own and keeps what an assessment let go of: 50 people took 2.5 GB, now 1.6.

    Returns
    -------
    bool
        Whether the C library took it.
    """
    setting = getattr(ctypes.CDLL(None), "mallopt", None) if os.name == "posix" else None
    return bool(setting is not None and setting(_ARENA_MAX, 2))

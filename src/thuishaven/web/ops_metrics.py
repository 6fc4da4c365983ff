"""Counters of the server in the text format of Prometheus: how much, how fast, how often wrong. No values."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

#: Upper ends of the classes of duration, in seconds.
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 25.0)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Metrics:
    """What the server counted since it started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._classes: Counter[tuple[str, float]] = Counter()
        self._seconds: Counter[str] = Counter()
        self._gauges: dict[str, float] = {}
        self.running = 0

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count an answered request.

        Parameters
        ----------
        method, route, status
            The method, the pattern of the path (never the path itself), the status.
        seconds
            From the first byte to the last.
        """
        with self._lock:
            self._requests[method, route, status] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]
            for end in BUCKETS:
                if seconds <= end:
                    self._classes[route, end] += 1

    def gauge(self, name: str, value: float) -> None:
        """Note how much there is of something now."""
        with self._lock:
            self._gauges[name] = value

    def text(self) -> str:
        """Everything, as Prometheus reads it."""
        with self._lock:
            return "".join(f"{line}\n" for line in self._lines())

    def _lines(self) -> Iterator[str]:
        yield "# HELP thuishaven_requests_total Answered requests."
        yield "# TYPE thuishaven_requests_total counter"
        for (method, route, status), count in sorted(self._requests.items()):
            labels = f'method="{method}",route="{escaped(route)}",status="{status}"'
            yield f"thuishaven_requests_total{{{labels}}} {count}"
        yield "# HELP thuishaven_request_seconds From the first byte of a request to the last of its answer."
        yield "# TYPE thuishaven_request_seconds histogram"
        counts: Counter[str] = Counter()
        for (_method, route, _status), count in self._requests.items():
            counts[route] += count
        for route in sorted(counts):
            name = escaped(route)
            for end in BUCKETS:
                in_class = self._classes[route, end]
                yield f'thuishaven_request_seconds_bucket{{route="{name}",le="{end:g}"}} {in_class}'
            yield f'thuishaven_request_seconds_bucket{{route="{name}",le="+Inf"}} {counts[route]}'
            yield f'thuishaven_request_seconds_sum{{route="{name}"}} {self._seconds[route]:.6f}'
            yield f'thuishaven_request_seconds_count{{route="{name}"}} {counts[route]}'
        for name, value in sorted({**self._gauges, "requests_running": self.running}.items()):
            yield f"# TYPE thuishaven_{name} gauge"
            yield f"thuishaven_{name} {value:g}"


def escaped(label: str) -> str:
    """A label's value as the format wants it.

    >>> escaped('a"b')
    'a\\\\"b'
    """
    return label.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

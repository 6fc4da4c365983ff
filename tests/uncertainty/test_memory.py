"""The C library keeps what arrays let go of, and no figure notices."""

from __future__ import annotations

import platform
import subprocess
import sys

PROGRAM = """
import resource
import numpy as np
from thuishaven.uncertainty import keep_freed_memory

kept = keep_freed_memory()

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(20):
        arrays = [np.ones(45_000) for _ in range(30)]
        del arrays
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

faults()
print(kept, faults() < 500)
"""


def test_the_same_pages_serve_again_where_the_library_can() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    kept, few = done.stdout.split()
    assert (platform.libc_ver()[0] == "glibc") == (kept == "True")
    assert few == "True" or kept == "False"

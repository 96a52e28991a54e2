"""Shapes are read by several threads at once from the first time on.

msgspec 0.22 reads a shape's fields when it is first used, and showed it to other threads before
all were there: the process ended with a fault of memory. A web worker reads in many threads.
"""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys, threading, types
import msgspec

sys.setswitchinterval(1e-6)
INNER = "".join(f"    g{i}: dict[str, int | None] | None = None\\n" for i in range(40))
OUTER = "".join(f"    f{i}: str | int | None = None\\n" for i in range(40))
CODE = (
    "import msgspec\\n"
    "class Inner(msgspec.Struct):\\n" + INNER + "class Outer(msgspec.Struct):\\n"
    "    inner: Inner | None = None\\n" + OUTER
)
VALUE = {f"f{i}": "x" for i in range(40)}
for n in range(300):
    module = types.ModuleType(f"shapes{n}")
    sys.modules[module.__name__] = module
    exec(CODE, module.__dict__)
    together = threading.Barrier(4)

    def read():
        together.wait()
        assert msgspec.convert(VALUE, module.Outer).f39 == "x"

    threads = [threading.Thread(target=read) for _ in range(4)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
"""


def test_a_shape_is_whole_for_every_thread() -> None:
    ended = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, timeout=60)
    assert ended.returncode == 0, ended.stderr.decode()[-500:]

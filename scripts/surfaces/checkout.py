"""A checkout's code, used from outside: child processes that import from it alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

_COMMAND = "import sys; sys.argv[0] = 'gridwall'; from dashboard.cli import main; main()"
_WIDTH = 100


class Checkout:
    """The root directory of a version of Gridwall."""

    def __init__(self, root: Path) -> None:
        self.root = root
        if not (root / "app.py").exists():
            sys.exit(f"{root} is no checkout of Gridwall: run this in its root")
        found = self.python("import dashboard; print(dashboard.__file__)", cwd=root).stdout.strip()
        if not Path(found).is_relative_to(root):
            sys.exit(f"another version would be recorded: {found}")

    def environment(self, **more: str) -> dict[str, str]:
        """The environment of a child: no settings of this machine, no colours, a fixed width."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith("GRIDWALL_")}
        fixed = {"PYTHONPATH": str(self.root), "COLUMNS": str(_WIDTH), "NO_COLOR": "1"}
        return {**kept, **fixed, "TERM": "dumb", "GRIDWALL_RULES_FILE": "none", **more}

    def gridwall(self, *arguments: str) -> list[str]:
        """The command line of `gridwall <arguments>`."""
        return [sys.executable, "-c", _COMMAND, *arguments]

    def run(
        self, *arguments: str, cwd: Path, given: str = "", timeout: float = 120, **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `gridwall <arguments>` to its end with `given` on its standard input."""
        return subprocess.run(
            self.gridwall(*arguments),
            cwd=cwd,
            env=self.environment(**env),
            input=given,
            capture_output=True,
            text=True,
            timeout=timeout,
        )

    def python(self, code: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a piece of Python that imports from the checkout."""
        return subprocess.run(
            [sys.executable, "-c", code],
            cwd=cwd,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )

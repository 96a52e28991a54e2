"""Write requirements.lock and requirements-dev.lock: every dependency, pinned, with hashes.

Runs `uv` from PATH or from this environment. The files name no index, so that an installation
takes whichever one its machine is set up for.
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COMMON = [
    *("--universal", "--python-version", "3.11", "--generate-hashes", "--quiet"),
    *("--no-emit-index-url", "--custom-compile-command", "make lock"),
]


def main() -> int:
    """Compile both files, the second one bound by the first."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if uv is None:
        print("gridwall: `uv` was not found: install it (pip install uv)", file=sys.stderr)
        return 1
    for output, extra in (
        ("requirements.lock", []),
        ("requirements-dev.lock", ["--extra", "dev", "--constraint", "requirements.lock"]),
    ):
        command = [uv, "pip", "compile", *COMMON, *extra, "--output-file", output]
        code = subprocess.run([*command, "pyproject.toml", "requirements.in"], cwd=ROOT).returncode
        if code:
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Make the screens' words for "why this number" from docs/metrics.md; --check: are they current?

The table of docs/metrics.md is the source of the English words (dashboard/config/words/en.po) and
of which path on the wall has which words (layouts/wall/metric_paths.json). The Chinese words are
written in zh.po; here it is checked that they are complete and that they use the document's own
terms.
"""

import json
import re
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOC = ROOT / "docs" / "metrics.md"
PATHS = ROOT / "layouts" / "wall" / "metric_paths.json"
EN, ZH = (ROOT / "dashboard" / "config" / "words" / f"{lang}.po" for lang in ("en", "zh"))
COLUMNS = ("on screen", "path", "in plain words", "formula", "window", "left out")
FIELDS = ("means", "formula", "window", "out")
NONE = "–"
TITLE = "# ---- why this number: made from docs/metrics.md by `make docs`, not edited by hand ----"
ENTRY = re.compile(r'^msgid "(metric\.[a-z0-9_]+)"\nmsgstr "(.*)"\n\n?', re.M)


@dataclass(frozen=True)
class Metric:
    """A row of the table."""

    zh: str
    en: str
    paths: tuple[str, ...]
    cells: tuple[str, ...]

    @property
    def key(self) -> str:
        """What its words are called by: its first path without what varies."""
        return "_".join(part for part in self.paths[0].split(".") if part != "*")

    def words(self) -> dict[str, str]:
        """Message id → English words."""
        texts = {"name": self.en, **dict(zip(FIELDS, self.cells, strict=True))}
        return {f"metric.{self.key}_{name}": _tidy(t) for name, t in texts.items() if t != NONE}


def main() -> int:
    """0 if written or current, 1 with a line for each fault."""
    metrics = read(DOC.read_text(encoding="utf-8"))
    words = {key: text for metric in metrics for key, text in metric.words().items()}
    paths = {path: metric.key for metric in metrics for path in metric.paths}
    made = {
        EN: po_with(EN.read_text(encoding="utf-8"), words),
        PATHS: json.dumps(paths, indent=1) + "\n",
    }
    faults = chinese_faults(metrics, words)
    if "--check" in sys.argv:
        faults += [
            f"{path.relative_to(ROOT)} is not current: run `make docs`"
            for path, text in made.items()
            if not path.exists() or not _same(path, text)
        ]
    else:
        for path, text in made.items():
            path.write_text(text, encoding="utf-8")
    for fault in faults:
        print(fault)
    return 1 if faults else 0


def read(document: str) -> list[Metric]:
    """The rows of the table with the columns above."""
    lines = iter(document.splitlines())
    head = "| " + " | ".join(COLUMNS) + " |"
    for line in lines:
        if line == head:
            break
    else:
        raise SystemExit(f"{DOC.name}: no table with the head {head}")
    next(lines)
    out = []
    for line in lines:
        if not line.startswith("|"):
            break
        screen, path, *cells = (cell.strip() for cell in line.strip("|").split(" | "))
        zh, _, en = screen.partition(" ")
        out.append(Metric(zh, en, tuple(re.findall(r"`([^`]+)`", path)), tuple(cells)))
    return out


def po_with(catalogue: str, words: dict[str, str]) -> str:
    """The catalogue with these entries at its end instead of those made before."""
    rest = ENTRY.sub("", catalogue).replace(TITLE, "")
    rest = re.sub(r"\n{3,}", "\n\n", rest).rstrip("\n")
    quoted = {key: text.replace("\\", "\\\\").replace('"', '\\"') for key, text in words.items()}
    block = "\n\n".join(f'msgid "{key}"\nmsgstr "{text}"' for key, text in quoted.items())
    return f"{rest}\n\n{TITLE}\n\n{block}\n"


def chinese_faults(metrics: list[Metric], words: dict[str, str]) -> list[str]:
    """What the Chinese catalogue lacks, has too much of, or calls by another name."""
    held = dict(ENTRY.findall(ZH.read_text(encoding="utf-8") + "\n"))
    faults = [f"zh.po: {key} is missing" for key in words.keys() - held.keys()]
    faults += [f"zh.po: {key} is in no row of {DOC.name}" for key in held.keys() - words.keys()]
    for metric in metrics:
        name = held.get(f"metric.{metric.key}_name", metric.zh)
        if name != metric.zh:
            faults.append(f"zh.po: {metric.key} is {name}, in {DOC.name} {metric.zh}")
    return sorted(faults)


def _same(path: Path, text: str) -> bool:
    """Others add their words after ours: what counts is that ours are right."""
    held = path.read_text(encoding="utf-8")
    return sorted(ENTRY.findall(held + "\n")) == sorted(ENTRY.findall(text + "\n")) and (
        path.suffix == ".po" or held == text
    )


def _tidy(cell: str) -> str:
    """As a screen shows it: no marks of the document, a capital first."""
    plain = cell.replace("`", "").replace("\\|", "|")
    return plain[:1].upper() + plain[1:]


if __name__ == "__main__":
    sys.exit(main())

"""YAML files as nodes that know their lines.

Only plain YAML is read: no tags, anchors or aliases, at most 20 levels, every value as text or
list or table. What a setting means is not known here.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from dashboard.config.reading import ConfigError, Mistake, Node, Steps, read_text

_MAX_DEPTH = 20
_TAG = "tag:yaml.org,2002:"
_TRUE = frozenset({"true", "yes", "on"})


def read_yaml(file: Path) -> Node:
    """The file's top, an empty table if the file is empty; raises :class:`ConfigError`."""
    text = read_text(file)
    try:
        _plain_only(file, text)
        top = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(file, Mistake("expected text without control characters", line)) from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 0 if mark is None else mark.line + 1
        hint = "; indent with spaces" if "\\t" in str(error.problem) else ""
        raise ConfigError(file, Mistake(f"not YAML: {error.problem}{hint}", line)) from None
    return Node(file, (), 1, ()) if top is None else _node(file, (), top, top)


def _plain_only(file: Path, text: str) -> None:
    """Refuse what no settings file needs and what could blow it up."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        reason = ""
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            reason = "every value written out, without & and *"
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag:
            reason = f"a plain value, without {event.tag}"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > _MAX_DEPTH:
            reason = f"at most {_MAX_DEPTH} levels"
        if reason:
            raise ConfigError(file, Mistake(f"expected {reason}", event.start_mark.line + 1))


def _node(file: Path, path: Steps, node: yaml.Node, at: yaml.Node) -> Node:
    """A YAML node as ours; ``at`` is where its line is: a setting's is that of its name."""
    line = int(at.start_mark.line) + 1
    if isinstance(node, yaml.MappingNode):
        named = [(_name(key), key, value) for key, value in node.value]
        fields = tuple((name, _node(file, (*path, name), v, key)) for name, key, v in named)
        return Node(file, path, line, fields)
    if isinstance(node, yaml.SequenceNode):
        items = [_node(file, (*path, i), item, item) for i, item in enumerate(node.value)]
        return Node(file, path, line, items)
    return Node(file, path, line, _value(node), written=str(node.value))


def _name(key: yaml.Node) -> str:
    return str(key.value) if isinstance(key, yaml.ScalarNode) else "?"


def _value(node: yaml.Node) -> str | int | float | bool | None:
    """A single value. Dates stay text."""
    text, kind = str(node.value), str(node.tag).removeprefix(_TAG)
    if kind == "null":
        return None
    if kind == "bool":
        return text.lower() in _TRUE
    try:
        # YAML 1.1 reads 22:00 as a number and 010 as eight, which no operator means
        return {"int": int, "float": float}[kind](text)
    except (KeyError, ValueError):
        return text

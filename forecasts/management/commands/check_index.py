"""Worked examples of indices against ours."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from forecasts.aqi.examples import ExampleError, agrees, outcome


class Command(BaseCommand):
    help = "Run a file of worked examples and name every one that our index disagrees with; then status 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, **options: Any) -> None:
        examples = read_examples(options["file"])
        differing = [line for example in examples if (line := disagreement(example)) is not None]
        for line in differing:
            self.stdout.write(line)
        self.stdout.write(f"{len(examples) - len(differing)} of {len(examples)} agree")
        if differing:
            raise SystemExit(1)


def read_examples(file: Path) -> list[Mapping[str, Any]]:
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return [
            {name: example[name] for name in ("id", "scale", "input", "expected")} for example in content["examples"]
        ]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CommandError(f"{file} is no file of worked examples: {error!r}") from error


def disagreement(example: Mapping[str, Any]) -> str | None:
    try:
        found = outcome(example)
    except ExampleError as error:
        return f"{example['id']}: {error}"
    if agrees(example["expected"], found):
        return None
    return f"{example['id']}: {example['input']} should be {example['expected']}, we say {found}"

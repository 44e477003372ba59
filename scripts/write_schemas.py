"""Writes the JSON Schema of lab.toml from the model that reads it."""

import json
from pathlib import Path

from tfcards import labs
from tfcards.labs.content import form

if __name__ == "__main__":
    target = Path(labs.__file__).with_name("schemas") / "manifest.schema.json"
    target.write_text(json.dumps(form.schema(), indent=1) + "\n", "utf-8")

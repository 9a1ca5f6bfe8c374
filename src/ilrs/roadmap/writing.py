"""Files that the roadmap writes: texts and folders, with what stands in the way told plainly."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ilrs.errors import UserError, Where
from ilrs.language import Language
from ilrs.roadmap.story_page import story_page


def write_text(path: Path, text: str) -> Path:
    """Write a text, replacing an earlier one; its folder is made where it lacks."""
    if path.is_dir():
        raise UserError("is a folder, not a file", where=Where(path), remedy="name a file in it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(
            f"cannot be written: {error.strerror or error}",
            where=Where(path),
            remedy="name a place that you may write to",
        ) from error
    return path


def write_story(
    data: dict[str, Any], overlay: str, out: Path, language: Language = "en"
) -> list[Path]:
    """The overlay at a path that ends in .yaml, or in a folder with the page and the data."""
    if out.suffix in {".yaml", ".yml"}:
        return [write_text(out, overlay)]
    if out.is_file():
        raise UserError("is a file", where=Where(out), remedy="name a folder, or a .yaml")
    text = json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
    return [
        write_text(out / "overlay.yaml", overlay),
        write_text(out / "story.html", story_page(data, language)),
        write_text(out / "story.json", text),
    ]

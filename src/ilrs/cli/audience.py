"""The option of those verbs that tell of proposals: who will read what they tell."""

from __future__ import annotations

from typing import Annotated

import typer

For = Annotated[
    str,
    typer.Option(
        "--for",
        metavar="public|reviewers|partner:NAME",
        help="Who will read it: what a partner marked confidential is absent for others.",
    ),
]

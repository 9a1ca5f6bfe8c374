"""The option of those verbs that speak with partners: the language they speak."""

from __future__ import annotations

from typing import Annotated

import typer

from ilrs.language import LANGUAGES, Language, language_of

Lang = Annotated[
    Language,
    typer.Option(
        "--lang",
        metavar="|".join(LANGUAGES),
        envvar="ILRS_LANG",
        parser=language_of,
        help="Language of what is told.",
    ),
]

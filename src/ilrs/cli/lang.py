"""The option of those verbs that speak with partners: the language they speak."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from ilrs.errors import IlrsError
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


class ToldInLanguage(TyperCommand):
    """A verb whose mistakes are told in the language that `--lang` names, where it has one."""

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; an error leaves it in the language, with its key."""
        try:
            return super().invoke(ctx)
        except IlrsError as error:
            from ilrs.partnership.mistakes import told_in

            raise told_in(error, ctx.params.get("lang", "en")) from error

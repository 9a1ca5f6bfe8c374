"""Texts of editable files in the languages that partners read."""

from __future__ import annotations

from pydantic import ConfigDict, RootModel, model_validator

from ilrs.language import LANGUAGES, Language


class Titles(RootModel[str | dict[Language, str]]):
    """One text for all languages, or one for each: `{en: Check, zh: 检查, ru: Проверка}`."""

    model_config = ConfigDict(frozen=True)

    @model_validator(mode="after")
    def _in_english_at_least(self) -> Titles:
        if isinstance(self.root, dict) and "en" not in self.root:
            raise ValueError("give the text in English (`en`) at least, or one text for all")
        return self

    def text(self, language: Language) -> str:
        """The text in a language; in English where there is none."""
        if isinstance(self.root, str):
            return self.root
        return self.root.get(language, self.root["en"])

    @property
    def missing(self) -> list[Language]:
        """The languages it has no text in."""
        return [] if isinstance(self.root, str) else [x for x in LANGUAGES if x not in self.root]

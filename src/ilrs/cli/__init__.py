"""The verbs of `ilrs`: thin doors without logic, each a file or a few in one."""

from ilrs.cli.main import app, main

__all__ = ["app", "main"]

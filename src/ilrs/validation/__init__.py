"""Reference cases: independent results that the project's physics and algorithms are held against.

A folder's `cases.yaml` lists the cases; one module of `kinds/` runs each kind. A runner is given
inputs only, never an expected value.
"""

from ilrs.validation.run import CaseResult, reference_dir, validate

__all__ = ["CaseResult", "reference_dir", "validate"]

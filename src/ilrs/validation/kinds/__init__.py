"""One module a kind of reference case, named as the kind.

Each has `run(inputs: Inputs)`, which returns our result and raises `NotRun` where it cannot, and
`compare(ours, expected: Expected) -> Comparison`. WITHHELD_COLUMNS (patterns) and WITHHELD_INPUTS
name what else of a case's inputs holds expected values.
"""

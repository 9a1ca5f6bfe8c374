"""The sections of the report, in the order a reader wants them; each one function of a view."""

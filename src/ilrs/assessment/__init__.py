"""Judgement: objectives, budgets, margins, and the auditor of balances."""

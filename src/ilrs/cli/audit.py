"""The verb that audits: a run's balances, and the trail of who joined how."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ilrs.cli.lang import Lang, ToldInLanguage
from ilrs.cli.output import Json, console, emit, table

Trailed = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="The folder that holds trail.jsonl.")
]


class BalancesFirst(TyperGroup):
    """`ilrs audit RUN` is `ilrs audit balances RUN`; a run named as a verb is `./verify`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the verb that is meant before what is no verb."""
        if not args or (args[0] not in self.commands and args[0] not in ctx.help_option_names):
            args = ["balances", *args]
        return list(super().parse_args(ctx, args))


audit = typer.Typer(
    name="audit",
    cls=BalancesFirst,
    help="Recompute every balance of a run, or verify an audit trail.\n\n"
    "`ilrs audit RUN` is `ilrs audit balances RUN`; a run whose folder is named as a verb is\n"
    "./verify. All its verbs take --json.",
    rich_markup_mode=None,
)


@audit.command("balances")
def balances(
    folder: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")],
    as_json: Json = False,
) -> int:
    """Recompute every balance of a run.

    From its stored history alone: energy with waste heat, mass, hydrogen and oxygen at every node,
    store and converter, in every step. Exit code 1 when one does not close.
    """
    from ilrs.assessment.audit import audit as recompute
    from ilrs.operations.folder import read_run

    dataset = read_run(folder).dataset
    checks = recompute(dataset)
    step = int(dataset.attrs["step_s"])
    rows: list[dict[str, Any]] = [
        {
            "balance": check.balance,
            "worst": check.worst if check.worst < float("inf") else None,
            "limit": check.limit,
            "second": check.step * step,
            "passed": check.passed,
        }
        for check in checks
    ]
    passed = all(check.passed for check in checks)
    if as_json:
        emit({"folder": str(folder), "passed": passed, "checks": rows})
    else:
        listed = table("Balance", "Worst", "Limit", "At second", "", right=("Worst", "Limit"))
        for row in rows:
            worst = "not a number" if row["worst"] is None else f"{row['worst']:.2g}"
            mark = "closes" if row["passed"] else "DOES NOT CLOSE"
            listed.add_row(row["balance"], worst, f"{row['limit']:g}", str(row["second"]), mark)
        console().print(listed)
    return 0 if passed else 1


@audit.command("head", cls=ToldInLanguage)
def head(
    folder: Trailed,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write it to a file, to be kept by others.")
    ] = None,
    sign: Annotated[
        Path | None,
        typer.Option(metavar="KEY", help="Sign it with an SSH key (Ed25519), to FILE.sig."),
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> None:
    """Export the head of an audit trail, and sign it.

    The head stands for every event so far. Give it to those who must be able to tell later that
    nothing was changed: partners, a notary, a public page. The signature is of `ssh-keygen -Y sign`
    and needs no ilrs to be checked.
    """
    from ilrs.errors import UserError
    from ilrs.language import text
    from ilrs.partnership.head import head_of, write_head
    from ilrs.partnership.trail import read_trail

    if sign is not None and out is None:
        raise UserError("a signature goes beside a file", remedy="name one with --out FILE")
    made = head_of(read_trail(folder))
    signature = None if out is None else write_head(made, out, sign)
    told = {**made.__dict__, "file": out and str(out), "signature": signature and str(signature)}
    if as_json:
        emit(told)
        return
    line = text("trail.cli.head", lang, events=made.events, hash=made.hash)
    console().print(line, soft_wrap=True)
    for written in (out, signature):
        if written is not None:
            console().print(text("cli.written", lang, path=written), soft_wrap=True)


@audit.command("verify", cls=ToldInLanguage)
def verify(
    folder: Trailed,
    heads: Annotated[
        list[Path] | None,
        typer.Option("--head", metavar="FILE", help="A head kept earlier; may be given often."),
    ] = None,
    signers: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Who may sign, as OpenSSH's allowed signers."),
    ] = None,
    lang: Lang = "en",
    as_json: Json = False,
) -> int:
    """Verify every link of an audit trail, and hold it against heads kept earlier.

    A trail rebuilt from scratch is whole in itself: only a head that left the house earlier shows
    it, and only its signature whose head it is. With --signers every head must be signed. Exit code
    1 when anything does not hold, or there are no events to verify.
    """
    from ilrs.language import Words, plain, said
    from ilrs.partnership.head import check_head
    from ilrs.partnership.trail import read_trail

    trail = read_trail(folder)
    rows: list[dict[str, Any]] = [
        {"of": f"{trail.path}:{broken.line}", "passed": False, "what": broken.why}
        for broken in trail.breaks
    ]
    if not rows:
        first, last = (trail.events[i].at if trail.events else "" for i in (0, -1))
        whole = said("trail.whole", events=len(trail.events), first=first, last=last)
        what = whole if trail.events else said("trail.empty")
        rows.append({"of": str(trail.path), "passed": bool(trail.events), "what": what})
    for file in heads or ():
        rows += [
            {"of": check.file, "passed": check.passed, "what": check.what}
            for check in check_head(trail, file, signers)
        ]
    if not heads and rows[0]["passed"]:
        rows.append({"of": str(trail.path), "passed": None, "what": said("trail.alone")})
    passed = all(row["passed"] is not False for row in rows)
    if as_json:
        document = {"folder": str(folder), "passed": passed, "events": len(trail.events)}
        emit(plain({**document, "head": trail.head, "checks": rows}, lang))
    else:
        marks = {True: "holds", False: "fails", None: "open"}
        word = Words("trail.cli", lang)
        listed = table("", "", "")
        for row in rows:
            listed.add_row(word(marks[row["passed"]]), row["of"], row["what"].text(lang))
        console().print(listed)
    return 0 if passed else 1

# ---
# jupyter:
#   aimc: {place: 150, part: Evidence}
#   jupytext: {text_representation: {extension: .py, format_name: percent}}
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Published statements on trial
#
# Three papers carry the theory of training on analog hardware. Here each of their statements that others build on is written
# down as it was printed and put on trial. A verdict rests on evidence that anybody can check again:
#
# - *proved*: the kernel accepts a certificate;
# - *refuted*: an instance in exact rational numbers satisfies every assumption and violates the conclusion;
# - *proved after repair*: refuted as printed, and the smallest change that makes it true has a certificate. A misprint (what
#   was meant is plain from its use) is told apart from an error (the argument fails);
# - *conditional*: an assumption is missing. It fails in the counterexample, and with it there is a certificate;
# - *undecided*: neither was found; what was tried is said.
#
# Counterexamples are found automatically: random instances, local optimisation from the most promising, and then the simplest
# rational numbers that still do. `aimc trial my_statement.py` does the same for a statement of your own.

# %% tags=["parameters"]
only: str = ""  # id of one statement, such as C13; empty for all

# %%
from collections import Counter

import numpy as np
from IPython.display import Markdown, display

from reports.notebook import claim, figure, progress, result, show
from theory import trial

chosen = [trial.get(only)] if only else list(trial.CLAIMS.values())
tell = progress(len(chosen), "on trial")
judgements = []
for count, published in enumerate(chosen, start=1):
    judgements.append(trial.judge(published))
    tell(count, len(chosen))

# %% [markdown]
# ## The verdicts

# %%
rows = ["| id | source | statement | verdict | what is wrong |", "|---|---|---|---|---|"]
for j in judgements:
    repair = j.statement.repair if j.repaired else None
    wrong = f"{repair.fault}: {repair.change}" if repair else ""
    cells = (j.statement.id, j.statement.source, j.statement.title, f"**{j.verdict}**", wrong)
    rows.append("| " + " | ".join(cell.replace("|", "&#124;") for cell in cells) + " |")
display(Markdown("\n".join(rows)))
verdicts = Counter(j.verdict for j in judgements)
result(
    "failing",
    sum(bool(j.counterexamples) for j in judgements),
    meaning=f"of {len(judgements)} published statements fail in an exact counterexample as they are printed (all: "
    f"{', '.join(f'{count} {verdict}' for verdict, count in verdicts.items())}).",
    front=True,
)

# %% [markdown]
# ## Where they fail
#
# One panel for each statement that has a counterexample: a line through the counterexample along one of its numbers. Below
# zero the printed statement is violated; the line is drawn only where its assumptions hold.

# %%
failing = [j for j in judgements if j.counterexamples]
for first in range(0, len(failing), 12):
    part = failing[first : first + 12]
    height = -(-len(part) // 3)
    picture, panels = figure(height, 3, height=0.4 + 2.1 * height, width=8.4, squeeze=False)
    for axes in panels.flat[len(part) :]:
        axes.set_axis_off()
    for axes, j in zip(panels.flat, part, strict=False):
        example = j.counterexamples[-1]
        symbol, values, gap = trial.section(j.statement, example)
        centre = float(example.numbers[symbol])
        axes.axhline(0, linewidth=0.8)
        axes.plot(values, gap, linestyle="-")
        axes.fill_between(values, np.minimum(gap, 0), 0, alpha=0.25)
        axes.plot([centre], [float((example.rhs - example.lhs) / (abs(example.rhs) + abs(example.lhs)))], marker="o")
        axes.set(title=j.statement.id, xlabel=trial.glyph(symbol), xscale="log" if centre > 0 else "linear")
    for row in panels:
        row[0].set_ylabel("relative slack")
    show(
        picture,
        name=f"slack-{part[0].statement.id.lower()}",
        caption="Relative slack of the printed statement (right side minus left side over the sum of their sizes) along a line "
        "through its counterexample, which the dot marks. Shaded: the statement is violated.",
        alt=f"{len(part)} small panels, one for each of {', '.join(j.statement.id for j in part)}. In each a curve lies below "
        "zero at the dot, which is the counterexample.",
    )

# %% [markdown]
# ## One by one


# %%
def entry(j):
    """A statement as printed, its verdict, and the evidence."""
    published, repair = j.statement, j.statement.repair
    lines = [
        f"### {published.id}",
        f"**{published.title}**",
        f"*{published.source}.* {published.text}.",
        f"$${trial.tex(published)}$$",
    ]
    if published.assumptions:
        lines.append("Assumptions: " + "; ".join(a.text for a in published.assumptions) + ".")
    if published.instance:
        lines.append(f"Tried on {published.instance}.")
    lines.append(f"**Verdict: {j.summary}.**")
    lines += [
        f"Counterexample: {trial.numbers(published, e)}, where {trial.sides(published, e)}." for e in j.counterexamples
    ]
    if j.refutation:
        lines.append("The kernel derives that a family of instances violates it whatever the constants are.")
    if repair and j.repaired:
        lines += [f"Repaired ({repair.statement.id}):", f"$${repair.statement.latex()}$$", f"Effect: {repair.effect}."]
    if published.remark:
        lines.append(published.remark)
    return "\n\n".join([*lines, f"Tried: {j.tried}."])


for j in judgements:
    display(Markdown(entry(j)))

# %% [markdown]
# ## What stands behind the verdicts

# %%
for j in judgements:
    if j.verdict != "undecided":
        claim(
            f"trial-{j.statement.id}",
            statement=j.statement.id,
            kind="certificate",
            measured=[float(trial.stands(j))],
            bound=1.0,
            description=f"{j.statement.title}: {j.summary} (derivations replayed, numbers put in again).",
        )

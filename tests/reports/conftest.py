"""A throw-away project: stub theory, example notebooks, and one site built from them for the session."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from reports.cli import main
from reports.project import Project

THEORY = '''
"""Stand-in for the theory package: two statements, as the reports see them."""
from types import SimpleNamespace as _S

class UnknownStatement(ValueError):
    pass

def _statement(name, tex, corollary_of="", accepted=True):
    return _S(id=name, corollary_of=corollary_of, title=f"Title of {name}", kind="upper",
              source="arXiv:2410.15155, Theorem 1", latex=lambda: tex,
              assumptions=(_S(name="A1", text="f is L-smooth"),),
              describe=lambda: f"{name}: Title of {name}", vacuous=lambda: False,
              verify=lambda: _S(accepted=accepted, reason="replayed"))

TABLE = {
    "step_size": _S(name="step_size", latex=r"\\alpha", meaning="learning rate", written=lambda: ""),
    "max_gain": _S(name="max_gain", latex=r"\\bar q_d", meaning="gain", written=lambda: "F_d+|G_d|"),
}
STATEMENTS = {
    "T1": _statement("T1", r"|\\Phi_w(x)-\\Phi_w(y)| \\le \\bar q\\,|x-y|"),
    "T1:soft": _statement("T1:soft", r"\\sum_{k<K}\\|\\nabla f(W_k)\\|^2 \\le \\sigma\\sqrt{\\Delta}", "T1"),
}

def get(name):
    if name not in STATEMENTS:
        raise UnknownStatement(f"no statement {name!r}; did you mean 'T1'")
    return STATEMENTS[name]
'''

RATES = r"""# ---
# jupyter:
#   aimc: {place: 20, part: Rates}
# ---

# %% [markdown]
# # Rates against their bound
#
# Inline $\frac{1}{K}\sum_k \mathbb{E}\|\nabla f(W_k)\|^2$ and displayed
#
# $$\begin{split} a &= b \\[4pt] c &\le \left\{ \sqrt{\frac{x}{y}} \right\} \end{split}$$
#
# | quantity | value |
# |---|---|
# | $\tau$ | range of the device |
#
# ## What is measured
#
# The mean is {{ mean_of_all:.3f }} after {{ steps }} steps, {{ mean_small.measured:.2f }} of $1.5$ allowed.
#
# ## How
#
# By adding up.

# %% tags=["parameters"]
steps: int = 100  # [1, 1000] number of steps
alpha: float = 0.1  # [0, 1] step size
device: str = "soft"  # {soft, hard} device
seed: int = 0  # [0, 100] first seed

# %%
import numpy as np
from reports import notebook as nb

x = np.random.default_rng(seed).normal(size=(16, steps)).mean(1) + 1
print("an object:", object(), {"b", "a", "c"})

# %%
nb.statement("T1:soft");

# %%
for name in ("measured", "predicted"):
    fig, ax = nb.figure()
    ax.plot(x, "o-", label=name)
    ax.axhline(1.5, color="C1", label="bound")
    ax.set(xlabel="seed", ylabel=r"$\|\nabla f\|^2$", title="Sixteen seeds")
    ax.legend()
    nb.show(fig, caption="Mean of $x_k$ below the bound.", alt="A noisy line near one, below a line at 1.5.",
            name=name, front=name == "measured")
nb.result("mean_of_all", x.mean(), meaning="is the mean of $x$.", front=True)

# %%
report = nb.progress(10, "steps")
report(5, 10)
nb.claim("mean_small", statement=r"$\mathbb{E}\,x \le 1.5$", kind="upper", measured=x, bound=1.5,
         description="mean over sixteen seeds");
nb.claim("mean_one", statement=r"$\mathbb{E}\,x = 1$", kind="equal", measured=x, bound=1, margin=0.2,
         description="the same seeds");
"""

PULSES = """# %% [markdown]
# # Pulse counts
#
# | pulse | weight |
# |---|---|
# | 1 | −0.5 |
# | 2 | 1,000 |
# | 3 | 20 |
# | 4 | — |
# | 5 | 3e−2 |
# | 6 | 7 |
# | 7 | 1.25 |
# | 8 | 9 |

# %% tags=["parameters"]
pulses: int = 4  # [1, 9] pulses

# %%
import numpy as np
import matplotlib.pyplot as plt
from reports import notebook as nb

nb.use_style()
fig, ax = plt.subplots()
ax.bar(range(pulses), range(pulses))
nb.show(fig, name="counts", caption="Counts.", alt="Bars that grow by one.")
assert not plt.get_fignums()
nb.claim("count", statement="Counts add up", kind="certificate", measured=[pulses], bound=4, description="exact")
"""

HEADER = '# %% [markdown]\n# # Title\n\n# %% tags=["parameters"]\nseed: int = 0  # [0, 9] seed\n\n# %%\n'


@pytest.fixture(scope="session")
def stub_theory(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    path = tmp_path_factory.mktemp("stub") / "theory.py"
    path.write_text(THEORY)
    spec = importlib.util.spec_from_file_location("theory", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def theory(stub_theory: ModuleType, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setitem(sys.modules, "theory", stub_theory)
    return stub_theory


@pytest.fixture(autouse=True)
def nothing_measured_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The gate simulates what the real theory states; tests/test_gate.py has it."""
    monkeypatch.setattr("reports.check._gate_names", lambda size: [])


def make_project(root: Path, notebooks: dict[str, str]) -> Project:
    for package in ("theory", "simulation"):
        (root / package).mkdir(parents=True)
        (root / package / "__init__.py").write_text(THEORY if package == "theory" else "")
    (root / "notebooks").mkdir()
    for name, text in notebooks.items():
        (root / "notebooks" / f"{name}.py").write_text(text)
    return Project(root=root, notebooks=root / "notebooks", build=root / "build")


@pytest.fixture
def project_with(tmp_path: Path) -> Callable[..., Project]:
    """Make a project in tmp_path; each keyword is a notebook: its code after title and parameters."""

    def make(**bodies: str) -> Project:
        texts = {name: body if body.startswith("# %%") else HEADER + body for name, body in bodies.items()}
        return make_project(tmp_path / "p", texts)

    return make


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory, stub_theory: ModuleType) -> Project:
    """A project whose two notebooks are executed and published in its default folder; leave it as it is."""
    project = make_project(tmp_path_factory.mktemp("example"), {"rates": RATES, "pulses": PULSES})
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "theory", stub_theory)
        assert main(["report"], project=project) == 0
    return project

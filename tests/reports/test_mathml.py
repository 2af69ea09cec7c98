"""TeX to MathML: the constructs this field uses come out, everything else is refused loudly."""

from __future__ import annotations

import html
import importlib.util
import re
import sys
import xml.etree.ElementTree as ET

import pytest

from reports.mathml import prose, rewrite, strip_delimiters, to_mathml

FORMULAS = [
    r"w^+ = w - \alpha\,(F(w)\odot g + G(w)\odot|g|)",
    r"F(w) = \tfrac12\bigl(q_+(w)+q_-(w)\bigr),\qquad M_d = F_d^2 - G_d^2 \ge M_{\min} > 0",
    r"\mathbb{E}\,f(W^+) \le f - \frac\alpha2\sum_d\frac{M_d}{F_d}h_d^2 + L\alpha^2\sum_d\bar q_d^2\sigma_d^2",
    r"\frac1K\sum_{k=0}^{K-1}\mathbb{E}\left\|\nabla f(W_k)\right\|^2 \le 2\sqrt2\,\sigma\sqrt{\frac{\Delta L}{K}}",
    r"\alpha \le \min\left\{\frac{1}{2L},\ \left[2L_\Phi D\sqrt{(1+1/u)F_{\max}/F_{\min}}\right]^{-1}\right\}",
    r"\begin{aligned} A(\lambda) &= M - \frac{(\alpha-2\lambda F)^2}{4(\lambda-c)} \\[4pt] &\ge 0 \end{aligned}",
    r"\begin{split} a &= b \\ &= c \end{split}",
    r"\begin{align} a &= b \\ c &= d \end{align}",
    r"\begin{cases} 1 & \text{if $x > 0$,} \\ \dfrac12 & \text{otherwise} \end{cases}",
    r"\begin{pmatrix} 1 & -a \\ 1 & 0 \end{pmatrix}, \quad \begin{bmatrix} 0 \end{bmatrix}",
    r"\sum_{\substack{m=1 \\ m \ne j}}^{M} d_m v_m",
    r"\mathop{\mathrm{arg\,min}}\limits_{W} f(W), \quad \operatorname*{arg\,min}_x, \quad \operatorname{Var}\Phi",
    r"\bigl\|h(U,W)-\nabla f(W)\bigr\| \le L_\Phi\|U-W\|",
    r"\widehat{W}, \tilde{g}, \bar{q}, \dot{w}, \overline{ab}",
    r"(H + \operatorname{Diag}(\Sigma)/\tau)\,W = H\,W^\star, \quad W^{\diamond}, \quad \ell_2, \quad \varepsilon",
    r"\underbrace{\sigma^2/B}_{\text{variance}}, \quad \lfloor x \rfloor",
    r"\lceil x \rceil, \quad \langle x, y \rangle",
    r"\alpha\lambda < 2\sin\frac{\pi}{4d+2}, \quad \rho(A) < 1",
    r"\mathcal{O}(\varepsilon^{-2}), \quad \mathbf{1}, \boldsymbol\Sigma",
    r"\int_{-\infty}^{\infty} e^{-x^2/2}\,\mathrm{d}x, \quad \binom{n}{k}",
    r"\operatorname{erf}, \quad x \not= y, \quad \propto",
]


def parse(element: str) -> ET.Element:
    """Parse HTML's MathML as XML, which knows none of HTML's names for invisible characters."""
    return ET.fromstring(re.sub(r"&(?!(?:amp|lt|gt|quot);)\w+;", lambda m: html.unescape(m[0]), element))


@pytest.mark.parametrize("tex", FORMULAS)
@pytest.mark.parametrize("display", [True, False])
def test_formula_of_the_field(tex: str, display: bool) -> None:
    root = parse(to_mathml(tex, display=display))
    assert root.tag == "math"
    assert (root.get("display") == "block") == display
    annotation = root.find(".//annotation[@encoding='application/x-tex']")
    assert annotation is not None
    assert annotation.text == rewrite(tex)
    visible = "".join(x.text or "" for x in root.iter() if x.tag != "annotation")
    assert not set("\\$&") & set(visible)
    assert "merror" not in {x.tag for x in root.iter()}
    assert "4pt" not in visible.replace(" ", "")


@pytest.mark.parametrize("tex", [r"\nosuchcommand x", r"\frac{1", r"\begin{nowhere}x\end{nowhere}", "$x"])
def test_unknown_tex_is_refused_with_the_formula(tex: str) -> None:
    with pytest.raises(ValueError, match="formula ") as caught:
        to_mathml(tex, display=True)
    assert repr(tex) in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize("tex", ["$x$", "$$x$$", r"\(x\)", r"\[ x \]", " x "])
def test_delimiters_are_stripped(tex: str) -> None:
    assert strip_delimiters(tex) == "x"


def test_prose_escapes_text_and_renders_formulas() -> None:
    shown = prose(r"a <b> & $x<y$ costs \$5")
    assert shown.startswith("a &lt;b&gt; &amp; <math>")
    assert shown.endswith(" costs $5")


def test_every_statement_of_the_theory(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("theory") is None:
        pytest.fail("the theory package is missing")
    monkeypatch.delitem(sys.modules, "theory")
    import theory

    assert theory.STATEMENTS
    for statement in theory.STATEMENTS.values():
        assert parse(to_mathml(statement.latex(), display=True)).tag == "math"

"""Formulas of LaTeX as text that a student can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutor.terminal.formulas import readable, readable_markdown


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"$E = mc^2$", "E = mc²"),
        (r"\(\alpha \leq \beta\)", "α ≤ β"),
        (r"$x_{ij}^{n+1}$", "xᵢⱼⁿ⁺¹"),
        (r"$$\sum_{i=1}^{n} y_i \log \hat{y}_i$$", "∑ᵢ₌₁ⁿ yᵢ log ŷᵢ"),
        (r"$\frac{1}{2}$ and $\frac{a + b}{\sqrt{c}}$", "1/2 and (a + b)/√c"),
        (r"\[ w \gets w - \eta \nabla L(w) \]", "w ← w − η ∇ L(w)"),
        (r"$\mathbf{x} \in \mathbb{R}^d$", "x ∈ ℝᵈ"),
        (r"$e^{-x^2}$", "e^(−x²)"),
        (r"$P(A \mid B)$", "P(A | B)"),
        (r"$\text{loss}(x)$", "loss(x)"),
        (r"$n$ words", "n words"),
    ],
)
def test_simple_formulas_become_one_line(written: str, read: str) -> None:
    assert readable(written) == read


@pytest.mark.parametrize(
    "text",
    [
        "It costs $5, or $10 for two.",
        "a \\$x\\$ b",
        "US$100 and $200",
        "`$x^2$`",
        "```latex\n$x^2$\n```",
        "``a ` $x^2$``",
    ],
)
def test_amounts_and_code_stay_as_they_are(text: str) -> None:
    assert readable(text) == text
    assert readable_markdown(text) == text


@pytest.mark.parametrize(
    "formula", [r"\begin{pmatrix}1 & 2\end{pmatrix}", r"\unknown{x}", "x^{2", "a \\\\ b"]
)
def test_what_needs_more_than_a_line_is_shown_as_it_was_written(formula: str) -> None:
    assert readable(f"$${formula}$$") == f"$${formula}$$".strip("$")
    assert readable_markdown(f"$${formula}$$") == f"`{formula}`"


def test_signs_of_markdown_in_a_formula_mean_nothing_to_markdown() -> None:
    assert readable_markdown(r"$a * b_{QT} * c = |x|$") == r"a ∗ b\_(QT) ∗ c = \|x\|"


@given(st.text(alphabet="$\\{}^_ab1 `[]()\n&~fracsqrt", max_size=60))
def test_no_text_is_too_odd_to_be_shown(text: str) -> None:
    assert isinstance(readable(text), str)
    assert isinstance(readable_markdown(text), str)

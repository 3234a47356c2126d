"""The concrete parts: opened when asked for, kept, and opened anew where a setting changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor import bundled
from tutor.errors import ModelUnavailable
from tutor.parts import Parts
from tutor.settings import Settings


def test_another_model_answers_and_makes_the_quizzes_from_then_on(tmp_path: Path) -> None:
    parts = Parts(Settings(home=tmp_path))
    model, maker = parts.model, parts.quiz_making
    assert parts.quiz_making is maker
    parts.use_model(str(bundled.weights()))
    assert parts.settings.model == str(bundled.weights())
    assert parts.model is not model
    assert parts.quiz_making is not maker


def test_a_model_that_cannot_be_used_leaves_the_one_before_in_force(tmp_path: Path) -> None:
    parts = Parts(Settings(home=tmp_path))
    model = parts.model
    (tmp_path / "letter.gguf").write_text("Dear Ada,")
    with pytest.raises(ModelUnavailable):
        parts.use_model(str(tmp_path / "letter.gguf"))
    assert parts.model is model
    assert parts.settings.model is None

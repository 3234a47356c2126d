"""What models were found able to do, remembered from one run to the next."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.llm.trials import Trials


@pytest.fixture
def model(tmp_path: Path) -> Path:
    file = tmp_path / "model.gguf"
    file.write_bytes(b"GGUF")
    return file


def never() -> bool:
    raise AssertionError("the trial is held again")


@pytest.mark.parametrize("passes", [True, False])
def test_a_trial_is_held_once(tmp_path: Path, model: Path, passes: bool) -> None:
    file = tmp_path / "models" / "trials.json"
    assert Trials(file, model).outcome("Is it blue?", lambda: passes) is passes
    assert Trials(file, model).outcome("Is it blue?", never) is passes


def test_another_trial_and_another_model_are_held_anew(tmp_path: Path, model: Path) -> None:
    file = tmp_path / "trials.json"
    assert Trials(file, model).outcome("Is it blue?", lambda: True)
    assert not Trials(file, model).outcome("Is it red?", lambda: False)
    model.write_bytes(b"GGUF, trained further")
    assert not Trials(file, model).outcome("Is it blue?", lambda: False)


@pytest.mark.parametrize("damage", ["", "{", "[]"])
def test_a_damaged_record_is_begun_again(tmp_path: Path, model: Path, damage: str) -> None:
    file = tmp_path / "trials.json"
    file.write_text(damage)
    assert Trials(file, model).outcome("Is it blue?", lambda: True)
    assert Trials(file, model).outcome("Is it blue?", never)

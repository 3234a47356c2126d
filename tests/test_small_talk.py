"""Small talk is answered as such, and no question is taken for it."""

import pytest

from tutor.terminal.small_talk import reply_to


@pytest.mark.parametrize(
    ("line", "reply"),
    [
        ("Hello!", "Hello."),
        ("hi there :)", "Hello."),
        ("Thanks a lot!", "You are welcome."),
        ("thx", "You are welcome."),
        ("who are you?", "I am a tutor"),
        ("What can you help me with?", "I am a tutor"),
        ("help", "I am a tutor"),
        ("You\u2019re useless!!", "I am sorry."),
        ("this is stupid", "I am sorry."),
        ("bye", "ctrl-D"),
        ("ok", "Ask on"),
        ("???", "Ask me something"),
        ("_ ! _", "Ask me something"),
        ("2+2=", "Ask me something"),
    ],
)
def test_small_talk_gets_a_fitting_reply(line: str, reply: str) -> None:
    assert reply_to(line).startswith(reply)


@pytest.mark.parametrize(
    "question",
    [
        "thanks, and what about BERT?",
        "Hello, what is a rock?",
        "why",
        "more",
        "What is a no-op?",
        "Who are the authors?",
        "what can a Transformer help me with",
        "is it bad to overfit?",
        "¿Qué es?",
        "何ですか",
        "bad data?",
        "C++?",
        "k",
    ],
)
def test_what_may_be_a_question_is_looked_up(question: str) -> None:
    assert reply_to(question) == ""

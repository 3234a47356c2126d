"""What a model adds: its answers against quoted sentences, its drafts, its queries, its speed.

    python benchmarks/bundled_model.py QUESTIONS.jsonl [--notes FOLDER] [--model FILE] [--every N]

Without --notes the questions are about the bundled course, without --model the bundled model
answers. Every question is put to the program; where it declines, the model is asked all the same
on the passages that were found. The rows are the model's own words, what the
student got (the model's words where they hold, else the notes'), and what the program quotes
without any model. Accuracy, words and support are means over the questions that the notes
answer, precision and recall are those of declining the others.
"""

from __future__ import annotations

import argparse
import re
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

import generation_speed

from tutor import bundled
from tutor.app import Tutor, open_tutor
from tutor.crew.answering import NOT_COVERED
from tutor.crew.prompts import messages
from tutor.crew.quizmaking import QuizMaking
from tutor.crew.reading import InOnePrompt
from tutor.crew.reply import split_reply
from tutor.crew.roles import load_roles
from tutor.evaluation.dataset import Item, Prediction, load_items
from tutor.evaluation.metrics import judge_all, summarise
from tutor.grounding.citations import number_passages, resolve_markers, without_markers
from tutor.grounding.extract import compose
from tutor.index.query_encoder import QueryEncoder
from tutor.ingestion.chunker import split
from tutor.ingestion.discovery import discover
from tutor.ingestion.loader import load_note
from tutor.llm.chat_model import Decoding
from tutor.llm.llama import LlamaModel
from tutor.quiz.by_model.drafts import KINDS
from tutor.quiz.knowledge.glossary import Glossary
from tutor.schema import Answer, AnswerKind, Event, ModelCalled
from tutor.settings import Settings

COURSE = "course"
ROLES = load_roles(bundled.agents_file())
QUERY = re.compile(r"^Query: (.+)$", re.MULTILINE)
ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """How one question went, three ways; ``supported`` are shares of the sentences."""

    item: Item
    own: Prediction
    shown: Prediction
    quoted: Prediction
    supported: tuple[float, float, float]
    by_code: Prediction
    by_model: Prediction
    seconds: float


def ask(tutor: Tutor, item: Item) -> Asked:
    """Put one question to the program, and to the model also where the program declines."""
    calls: list[ModelCalled] = []

    def listen(event: Event) -> None:
        if isinstance(event, ModelCalled):
            calls.append(event)

    started = time.perf_counter()
    given = tutor.ask(item.question, course=COURSE, history=item.history, on_event=listen)
    seconds = time.perf_counter() - started
    declined = given.kind is AnswerKind.ABSTAINED
    said = [call.reply for call in calls if call.agent == "explainer"]
    own = split_reply(said[-1]).answer if said else reply(tutor, given)
    quoted = "" if declined else compose(given.query, given.passages, tutor.parts.sentences).text
    texts = (own, "" if declined else given.text, quoted)
    query = next((m[1] for c in calls if (m := QUERY.search(c.reply))), given.query)
    return Asked(
        item,
        Prediction(item.id, answer=own, abstained=is_no(own)),
        Prediction(item.id, answer=given.text, abstained=declined),
        Prediction(item.id, answer=quoted, abstained=not quoted),
        tuple(supported(tutor, text, given) for text in texts),  # type: ignore[arg-type]
        found(tutor, item, given.query),
        found(tutor, item, query),
        seconds,
    )


def reply(tutor: Tutor, given: Answer) -> str:
    """Return what the model says to the passages of an answer."""
    prompt = messages(
        ROLES, "explain", context=number_passages(given.passages), question=given.query
    )
    reader = InOnePrompt(tutor.model, lambda: given.passages)
    return split_reply(reader.complete(prompt, Decoding(), agent="explainer").text).answer


def is_no(text: str) -> bool:
    """Say whether a reply declines to answer."""
    return not text or without_markers(text).rstrip(".") == NOT_COVERED.rstrip(".")


def supported(tutor: Tutor, text: str, given: Answer) -> float:
    """Return the share of the sentences of ``text`` that the passages hold."""
    claims = tutor.grounds(given.passages).check(resolve_markers(text, given.passages))
    return fmean(claim.supported for claim in claims) if claims else 0.0


def found(tutor: Tutor, item: Item, query: str) -> Prediction:
    passages = tutor.search(query, k=5, course=COURSE)
    return Prediction(item.id, tuple(passage.text for passage in passages))


def show_answers(asked: Sequence[Asked]) -> None:
    items = [one.item for one in asked]
    print(f"{'':<26} accuracy  words  supported  decline P  decline R")
    ways = {"own": "the model's own words", "shown": "as the student got them"}
    ways["quoted"] = "quoted, without a model"
    for place, (name, title) in enumerate(ways.items()):
        outcomes = judge_all(items, [getattr(one, name) for one in asked])
        answered = summarise([one for one in outcomes if one.item.answerable])
        declined = summarise(outcomes)
        support = fmean(one.supported[place] for one in asked if one.item.answerable)
        print(
            f"{title:<26} {share(answered.answer)}  {answered.words or 0:5.1f}  {support:9.3f}  "
            f"{share(declined.abstention_precision)}   {share(declined.abstention_recall)}"
        )
    print(f"seconds a question: {fmean(one.seconds for one in asked):.2f}")


def show_queries(asked: Sequence[Asked]) -> None:
    follow_ups = [one for one in asked if one.item.history and one.item.answerable]
    for title, name in (("rewritten by code", "by_code"), ("by the model", "by_model")):
        outcomes = judge_all(
            [one.item for one in follow_ups], [getattr(one, name) for one in follow_ups]
        )
        recall = summarise(outcomes).recall[5]
        print(f"recall@5 of {len(follow_ups)} follow-ups {title:<18} {share(recall)}")


def show_drafts(tutor: Tutor, notes: Path, count: int) -> None:
    """Have quiz items drafted, and count those that pass the gates."""
    files, _ = discover([notes])
    chunks = [chunk for file in files for chunk in split(load_note(file), COURSE)]
    with tempfile.TemporaryDirectory() as home:
        glossary = Glossary(chunks, QueryEncoder(Path(home)))
        made = QuizMaking(tutor.model, ROLES, Decoding()).draft(
            chunks[:: max(1, len(chunks) // (2 * count))],
            glossary,
            count=count,
            kinds=KINDS,
            level=1,
            emit=lambda event: None,
            cancelled=threading.Event(),
            unable_too=True,
        )
    for kind, tally in made.tallies.items():
        tried = tally.first + tally.mended + tally.dropped
        kept = tally.first + tally.mended
        print(f"drafts of {kind:<18} {tried:3} tried, {tally.first} pass, {kept} after mending")


def show_speed(model: LlamaModel) -> None:
    for title, tokens in (("reading", 1), ("writing", 128)):
        speeds = []
        for number in range(ROUNDS + 1):
            prompt = generation_speed.messages(number + 1000 * tokens, 10 if tokens == 1 else 1)
            seconds, _, count = generation_speed.timed(
                lambda p=prompt, n=tokens: generation_speed.adapter(model, p, n)  # type: ignore[misc]
            )
            read = len(model.prompt_tokens(prompt)) if tokens == 1 else 0
            speeds.append((read + count) / seconds)
        print(f"{title}: {max(speeds[1:]):.0f} tokens/s, best of {ROUNDS}")


def share(value: float | None) -> str:
    return "       -" if value is None else f"{value:8.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("--notes", type=Path, default=bundled.knowledge_base())
    parser.add_argument("--model", help="GGUF file, or name from the catalog")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="each Nth question only")
    parser.add_argument("--drafts", type=int, default=30, help="quiz items to ask for")
    arguments = parser.parse_args()
    items = load_items(arguments.questions)[:: arguments.every]
    with tempfile.TemporaryDirectory() as folder:
        tutor = open_tutor(Settings(home=Path(folder), model=arguments.model))
        tutor.ingest([arguments.notes], course=COURSE)
        print(f"{tutor.model.name}, {len(items)} questions")
        asked = [ask(tutor, item) for item in items]
        show_answers(asked)
        show_queries(asked)
        show_drafts(tutor, arguments.notes, arguments.drafts)
        if isinstance(tutor.model, LlamaModel):
            show_speed(tutor.model)


if __name__ == "__main__":
    main()

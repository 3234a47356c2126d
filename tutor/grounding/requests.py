"""Telling what is said to those who judge a text, people or models, from what is said in it."""

from __future__ import annotations

import re

_REQUEST = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:rubric|instruction|prompt|rule"
    r"|scheme|previous|above|criteria|check|point)"
    r"|\b(?:full|maximum|top|all|100)\s*(?:%|percent|per cent)?\s*(?:marks?|points?|score|credit)\b"
    r"|\b(?:give|award|assign|grant|mark|grade|score|rate|count|accept|treat|consider)\b.{0,30}"
    r"\b(?:me|this|it|student|answer|response|point|points|correct|right|met|pass(?:ed)?"
    r"|\d+(?:\.\d+)?)\b.{0,40}\b(?:correct|right|met|marks?|points?|pass(?:ed)?|full|percent"
    r"|fulfilled|answer|\d)"
    r"|\bgets?\s+(?:\d+|full|an a)\b.{0,15}(?:percent|marks?|points?)?"
    r"|\b(?:the\s+)?student\s+(?:has|gets?|answered|is|deserves)\b"
    r"|\b(?:grader|examiner|marker|marking scheme|system prompt|language model grad\w+)\b"
    r"|^\s*(?:system|assistant|user|instruction)\s*:"
    r"|\b(?:you are|act as|pretend)\b.{0,30}\b(?:grader|teacher|assistant|examiner|tutor|helpful)\b"
    r"|\b(?:output|print|return|say|set)\b.{0,20}\b(?:verdict|score|grade)\b"
    r"|\b(?:it|this|my answer|the above)\s+is\s+(?:all |completely )?(?:correct|right)\s*[.!]?$",
    re.IGNORECASE,
)


def is_request(sentence: str) -> bool:
    """Say whether a sentence speaks to who judges it and not of the matter."""
    return bool(_REQUEST.search(sentence))

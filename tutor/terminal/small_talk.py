"""What is said to a tutor that no notes can answer: greetings, thanks, who are you."""

from __future__ import annotations

import re

_FLAGS = re.IGNORECASE

_SCOLDING = (
    "useless|stupid|dumb|idiot|bad|wrong|terrible|rubbish|crap|garbage|shit|sucks?|bullshit"
    "|nonsense|annoying|boring|fuck|wtf|damn"
)

_REPLIES = tuple(
    (re.compile(pattern, _FLAGS), reply)
    for pattern, reply in (
        (
            r"(?:hi|hiya|hello|hey|howdy|yo|good (?:morning|afternoon|evening|day)|greetings)"
            r"(?: (?:there|tutor|all|everyone|you|again))?(?: how are you)?|how are you(?: doing)?"
            r"|what'?s up",
            "Hello. Ask me something about your notes.",
        ),
        (
            r"(?:ok(?:ay)? )?(?:many |great )?(?:thanks?|thx|ty|cheers|thank you)"
            r"(?: you)?(?: (?:a lot|so much|very much|again|tutor))*(?: (?:bye|goodbye))?",
            "You are welcome. Ask on whenever you like.",
        ),
        (
            r"ok(?:ay)?|cool|nice|great|good|awesome|perfect|i see|got it|understood|yes|no|lol",
            "Ask on, or type /help for what else there is.",
        ),
        (r"(?:good ?)?bye(?: bye)?|see you(?: later)?|good night|cya", "ctrl-D leaves. Good luck."),
        (
            r"(?:so )?(?:who|what) are you|what(?:'?s| is) your name|help(?: me)?(?: please)?"
            r"|are you (?:an? )?(?:ai|bot|robot|human|chatgpt|person|real)"
            r"|(?:so )?what (?:can|do) you do(?: for me)?"
            r"|what (?:should|can) i (?:ask|do)(?: here)?"
            r"|(?:what|how) can (?:you help(?: me)?(?: with)?|i (?:ask|use) you)",
            "I am a tutor for your own notes: I look answers up in them and cite the lines. "
            "`tutor notes` lists what there is to ask about; /help shows what I can do.",
        ),
        (
            rf"(?:you(?:'?re| are)?|u r|this(?: is)?|that(?:'?s| is| was)?|it(?:'?s| is))"
            rf"(?: (?:so|very|really|just|all|an?|such))* (?:{_SCOLDING})"
            rf"|(?:{_SCOLDING})(?: (?:you|off|this|that|it))?",
            "I am sorry. Try the question in other words, or /sources to see where an answer came "
            "from.",
        ),
        (r"[\d ]*", "Ask me something about your notes."),
    )
)


def reply_to(line: str) -> str:
    """Return what a tutor says to small talk, or nothing where ``line`` may be a question."""
    said = " ".join(re.sub(r"[^\w\s']|_", " ", line.replace("\u2019", "'")).split())
    return next((reply for pattern, reply in _REPLIES if pattern.fullmatch(said)), "")

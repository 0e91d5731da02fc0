"""The question whether a template from elsewhere may run code. The answer that does nothing is the
default.
"""

from __future__ import annotations

from scaffold.report.consent import WORDS, consent_screen, prompt
from scaffold.sources.consent import ConsentRequest, Verdict
from scaffold.terminal.screen import ask_line, messages


def ask_consent(request: ConsentRequest) -> Verdict:
    """Show what a template would run, and ask whether it may.

    Raises:
        KeyboardInterrupt: the person left.
    """
    messages().write(consent_screen(request))
    while True:
        typed = ask_line(prompt(request)).lower()
        for verdict in request.choices:
            word = WORDS[verdict][0].replace("[", "").replace("]", "")
            if typed in (word[0], word.split()[0], word):
                return verdict
        if not typed:
            return "no"

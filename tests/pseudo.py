"""What the pseudo-locale shows: text outside its brackets was never offered for translation."""

from __future__ import annotations


def outside(text: str) -> str:
    """The part of a text in the language ``xx`` that stands outside ⟦brackets⟧, nested ones included.

    A message broken over two lines by a table keeps its brackets, so a test should render wide enough.
    """
    depth, kept = 0, []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        if not depth and letter != "⟧":
            kept.append(letter)
    return "".join(kept)

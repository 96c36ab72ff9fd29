"""Reads a verdict as a person does: from its sentences back to the facts of VOCABULARY.md.

It knows English and nothing of the code that wrote the sentences.
"""

import re
from collections.abc import Iterator

_NUMBER = r"[−-]?[\d.]+(?: × 10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)?"
_RANGE = rf"{_NUMBER}(?: %)?(?: \([^)]*\))?"
_ARMS = {
    "With the skips": "skip",
    "With them": "skip",
    "Without the skips": "plain",
    "Without them": "plain",
    "With the skips for the gradient only": "gradient_only",
    "With the skips for the signal only": "forward_only",
}
_OPENINGS = "|".join(sorted(_ARMS, key=len, reverse=True))
_ALONE = "In this (?:chain|network)"
_LAYERS = r"(?P<layers>layers? [\d, to and]+?)"
_REASONS = {
    "a fixed scale of 0": "closed scale",
    "fixed scales of 0": "closed scale",
    "weights that started at 0": "zero init",
    "every unit of": "dead units",
    "too small for float32": "underflow",
}
_SAID = {
    "vanishing on its way down": "vanishing",
    "fade together": "fading",
    "every layer gets at least": "healthy",
    "no layer gets any gradient": "no gradient",
    "no gradient yet": "nothing yet",
    "the gradient explodes:": "gradient grows",
    "explodes through time": "gradient grows through time",
    "the signal grows": "signal grows",
    "it hardly learns": "hardly learns",
    "worse than at the start": "worse than at the start",
    "training broke down": "failed",
    "does not carry over to the test data": "by heart",
}


def facts_of(text: str, chain: str) -> Iterator[str]:
    """The facts that a text states; `chain` is the arm judged where there are no skips."""
    sentences = re.split(r"(?<=[.:)]) (?=[A-Z])", text)
    settled: dict[str, bool] = {}
    for sentence in sentences:
        yield from _whole(sentence)
        for arm, rest in _about_an_arm(sentence, chain):
            yield from (f"{arm}: {fact}" for fact in _of_arm(rest))
            settled[arm] = settled.get(arm, False) or bool(set(_of_arm(rest)) & _NOT_LEARNT)
        for arm, score, early in _scores(sentence, chain):
            yield f"{arm}: score {score}"
            if early:
                yield f"{arm}: too early"
            settled[arm] = settled.get(arm, False) or early
    scored = {arm for each in sentences for arm, _, _ in _scores(each, chain)}
    yield from (f"{arm}: learns" for arm in scored if not settled.get(arm))


_NOT_LEARNT = {"hardly learns", "worse than at the start", "failed", "by heart"}


def _whole(sentence: str) -> Iterator[str]:
    if re.search(r"make (it|them) worse|worse with this seed|worse in \d+ of \d+ seeds", sentence):
        yield "skips make it worse"
    if "no skips" in sentence:
        yield "no skips"
    if re.match(r"Only layer \d+ has weights|No layer has weights", sentence):
        yield "too few weights"


def _about_an_arm(sentence: str, chain: str) -> Iterator[tuple[str, str]]:
    opening = re.match(rf"({_OPENINGS}|In the arm “[^”]+”|{_ALONE}),? (?P<rest>.*)", sentence)
    if opening is None:
        return
    who = opening.group(1)
    arm = (
        chain
        if re.fullmatch(_ALONE, who)
        else _ARMS.get(who, who.removeprefix("In the arm “").removesuffix("”"))
    )
    yield arm, opening.group("rest")


def _of_arm(rest: str) -> Iterator[str]:
    yield from (fact for words, fact in _SAID.items() if words in rest)
    yield from _of_short_layers(rest)
    if found := re.match(rf"{_LAYERS} gets? (?:exactly 0|no gradient yet)", rest):
        numbers = ", ".join(map(str, layers_in(found.group("layers"))))
        yield f"zero {numbers}"
        yield from (f"zero because {why}" for said, why in _REASONS.items() if said in rest)
    if "no layer gets any gradient:" in rest:
        yield from (f"zero because {why}" for said, why in _REASONS.items() if said in rest)
    if found := re.match(rf"{_LAYERS} (?:is|are) cut off", rest):
        yield f"zero {', '.join(map(str, layers_in(found.group('layers'))))}"
        yield "zero because cut off"


def _of_short_layers(rest: str) -> Iterator[str]:
    if found := re.match(r"(\d+)(?: \([^)]*\))? of \d+ layers (?:is|are) starved", rest):
        yield f"starved {found.group(1)}"
        yield "vanishing"
    if re.search("starved|vanishing", rest) and (weakest := re.search(r"layer (\d+)", rest)):
        yield f"weakest {weakest.group(1)}"


def _scores(sentence: str, chain: str) -> Iterator[tuple[str, float, bool]]:
    early = "too early" in sentence
    two = re.match(
        rf"With the skips (?:R² on the test data is )?(?:only )?({_RANGE})(?: of the test \w+ are "
        rf"right)?, without them ({_RANGE})",
        sentence,
    ) or re.match(
        rf"So far, (?:R² on the test data is )?({_RANGE})(?: of the test \w+ are right)? with the "
        rf"skips, ({_RANGE}) without",
        sentence,
    )
    if two:
        yield "skip", _score(two.group(1)), early
        yield "plain", _score(two.group(2)), early
        return
    same = re.match(
        rf"With and without the skips the network computes the same: (?:R² on the test data is )?"
        rf"({_RANGE})",
        sentence,
    )
    if same:
        yield from ((arm, _score(same.group(1)), early) for arm in ("skip", "plain"))
    for arm, rest in _about_an_arm(sentence, chain):
        one = re.match(rf"({_RANGE}) of the test \w+ are right", rest)
        one = one or re.match(rf"R² on the test data is ({_RANGE})", rest)
        if one:
            yield arm, _score(one.group(1)), early


def _score(text: str) -> float:
    number = re.match(r"[−-]?[\d.]+", text)
    assert number is not None, text
    value = float(number.group().replace("−", "-"))
    return value / 100 if "%" in text else value


def layers_in(text: str) -> list[int]:
    """The numbers that "layers 2 to 4 and 9" stands for."""
    found: list[int] = []
    for part in re.split(r", | and ", re.sub(r"layers? ", "", text)):
        ends = [int(number) for number in part.split(" to ")]
        found += range(ends[0], ends[-1] + 1)
    return found

"""How alike two texts are: the cosine of the angle between their words, those that few texts use counting most."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping

Row = Mapping[str, float]  # the weight of each word of a text, of length 1 together


def rarity(texts: Iterable[Iterable[str]]) -> dict[str, float]:
    """How much each word of some texts tells: the fewer of them use it, the more."""
    used = [set(text) for text in texts]
    return {
        word: math.log((len(used) + 1) / number) for word, number in Counter(w for text in used for w in text).items()
    }


def weighed(counts: Mapping[str, int], rare: Mapping[str, float], unknown: float = 0.0) -> Row:
    """The row of a text by how often it uses its words; *unknown* is the rarity of a word that *rare* lacks."""
    return unit({word: (1 + math.log(count)) * rare.get(word, unknown) for word, count in counts.items()})


def unit(weights: Mapping[str, float]) -> Row:
    """The weights as a row."""
    length = math.sqrt(sum(weight**2 for weight in weights.values())) or 1
    return {word: weight / length for word, weight in weights.items()}


def cosine(one: Row, other: Row) -> float:
    """How alike the texts of two rows are, from 0 to 1."""
    return sum(weight * other[word] for word, weight in one.items() if word in other)


def shared(one: Row, other: Row) -> list[str]:
    """The words that both rows have, the most telling first."""
    return sorted(one.keys() & other.keys(), key=lambda word: (-one[word] * other[word], word))

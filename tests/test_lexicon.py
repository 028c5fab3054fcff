"""Words that weigh two characters against each other."""

from __future__ import annotations

import pytest

from pipeline.lexicon import (
    best_rival,
    dictionary,
    gain,
    likelihood,
    policy_words,
    stands_among_words,
)


def test_the_cut_into_words_covers_the_text() -> None:
    score, words = likelihood("加快推进老旧小区改造")
    assert "".join(words) == "加快推进老旧小区改造"
    assert score < 0
    assert likelihood("") == (0.0, ())


def test_words_of_notices_are_known() -> None:
    words = policy_words()
    assert len(words) == len(set(words)) > 200
    assert all(dictionary().FREQ[word] >= 500 for word in words)


@pytest.mark.parametrize(
    ("before", "letter", "other", "after"),
    [("每", "李", "季", "度通报"), ("", "仟", "任", "务名称"), ("委", "公", "会", "")],
)
def test_a_word_speaks_for_its_character(before: str, letter: str, other: str, after: str) -> None:
    assert gain(before, letter, other, after) > 3
    assert gain(before, other, letter, after) == pytest.approx(-gain(before, letter, other, after))


def test_words_and_recognition_are_weighed_together() -> None:
    rivals = ((), (("季", 0.01),), ())
    rival = best_rival("每李度", (1.0, 0.98, 1.0), rivals, after="通报")
    assert rival is not None
    assert (rival.at, rival.letter, rival.makes_word) == (1, "季", True)
    unlikely = best_rival("每李度", (1.0, 0.9999, 1.0), ((), (("季", 1e-4),), ()), after="通报")
    assert unlikely is not None
    assert unlikely.odds < rival.odds - 3


def test_the_lines_beside_make_words_with_a_line() -> None:
    rivals = ((("会", 0.03),),)
    alone = best_rival("公", (0.97,), rivals)
    wrapped = best_rival("公", (0.97,), rivals, before="县委员")
    assert alone is not None
    assert wrapped is not None
    assert wrapped.odds > alone.odds + 3


def test_marks_and_unknown_rivals_say_nothing() -> None:
    assert best_rival("1、", (0.9, 0.6), ((("7", 0.1),), ((",", 0.4),))) is None
    assert best_rival("每李度", (0.5, 0.5, 0.5), ()) is None


def test_a_name_is_no_word() -> None:
    rival = best_rival("吕朗善", (0.99, 0.99, 0.99), ((("只", 0.006),), (), ()))
    assert rival is not None
    assert rival.odds < 0


@pytest.mark.parametrize(
    ("text", "place", "among"),
    [
        ("彭达、曾龙亭、黄风静", 5, False),
        ("曾龙亭", 2, False),
        ("首问负责、限时办结", 1, True),
        ("不超过59万元的一次性", 5, True),
        ("修路任务", 2, True),
        ("任", 0, True),
        ("县林草局、县疾控、县妇联", 9, True),
        ("彭达、曾龙亨、县住建局", 7, True),
    ],
)
def test_words_stand_among_words(text: str, place: int, among: bool) -> None:
    assert stands_among_words(text, place) is among


def test_a_word_that_stands_among_names_speaks_for_no_character() -> None:
    rivals = ((), (), (("亭", 0.03),), *((),) * 4)
    rival = best_rival("曾龙亨、顾楠生", (0.99,) * 7, rivals)
    assert gain("曾龙", "亨", "亭", "、顾") > 3
    assert rival is not None
    assert rival.odds < 0
    assert not rival.makes_word

"""The fit of doubt: it finds what was planted, on seeds that no measurement uses."""

from __future__ import annotations

import tomllib

import numpy as np
import pytest

from pipeline.config import config_dir
from pipeline.doubt_settings import Doubt
from tests.bench.__main__ import HELD_OUT
from tests.bench.faults import plan
from tests.bench.fit import (
    FIRST_SEED,
    NAMES,
    chances,
    fit,
    is_right,
    notice_texts,
    seeds,
    show,
    texts_in,
    to_toml,
)

MOST_NOTICES = 50  # of a condition, far more than are measured


def planted(count: int = 4000) -> list[tuple[tuple[float, ...], bool]]:
    """Lines of which those are wrong whose least character is unsure, by chance."""
    random = np.random.default_rng(5)
    examples = []
    for _ in range(count):
        values = [0.0] * len(NAMES)
        values[NAMES.index("lowest")] = float(random.uniform(-4, 7))
        values[NAMES.index("differs")] = float(random.random() < 0.3)
        odds = 1.0 - 1.2 * values[NAMES.index("lowest")] + 2.0 * values[NAMES.index("differs")]
        examples.append((tuple(values), bool(random.random() > 1 / (1 + np.exp(-odds)))))
    return examples


def test_the_fit_finds_what_was_planted() -> None:
    examples = planted()
    bias, weights = fit(examples)
    assert bias == pytest.approx(1.0, abs=0.3)
    assert weights["lowest"] == pytest.approx(-1.2, abs=0.2)
    assert weights["differs"] == pytest.approx(2.0, abs=0.5)
    assert all(abs(weights[name]) < 1e-6 for name in NAMES if name not in ("lowest", "differs"))
    said = chances(examples, bias, weights)
    assert said.mean() == pytest.approx(np.mean([not right for _, right in examples]), abs=0.01)


def test_what_is_written_is_what_settings_take() -> None:
    examples = planted(300)
    bias, weights = fit(examples)
    written = tomllib.loads(to_toml(bias, weights, show(examples, bias, weights)))
    assert Doubt.model_validate(written).lowest == pytest.approx(weights["lowest"], abs=1e-3)


def test_shipped_weights_are_fitted_ones() -> None:
    content = tomllib.loads((config_dir() / "doubt.toml").read_text(encoding="utf-8"))
    assert set(content) == {"bias", *NAMES}


def test_no_seed_is_both_fitted_and_measured() -> None:
    fitted = {seed for chosen in seeds(MOST_NOTICES).values() for seed in chosen}
    measured = {seed for task in plan(7000, MOST_NOTICES, (), None) for seed in task.seeds}
    first, end = map(int, HELD_OUT.split(":"))
    assert min(fitted) == FIRST_SEED
    assert not fitted & (measured | set(range(first, end)) | set(range(2000)))


def test_truths_are_searched_whole() -> None:
    content = [{"name": "建 设", "leaders": ["张三", "李四"]}]
    texts = list(texts_in(content))
    assert {"建设", "张三、李四", "张三李四", "张三"} <= set(texts)
    assert is_right("三、李", texts, stacked=False)
    assert not is_right("三，李", texts, stacked=False)
    assert is_right("张李三四", texts, stacked=True)
    assert not is_right("张李十四", texts, stacked=True)


def test_headers_of_a_notice_are_right() -> None:
    texts = notice_texts(FIRST_SEED)
    assert is_right("序号", texts, stacked=False)
    assert not is_right("序导", texts, stacked=False)

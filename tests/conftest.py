"""What tests share: the flag that writes golden files anew, and the one real engine."""

from __future__ import annotations

import signal

import pytest

from pipeline.config import Settings, load_settings
from pipeline.watch import OneEngine


def pytest_configure() -> None:
    """Let interrupts through: a shell that starts the tests in the background has them ignored.

    What is ignored stays so in every process that a test starts, and could not be interrupted.
    """
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate-golden",
        action="store_true",
        help="write tests/golden anew from what is read now (and fail one test while on)",
    )
    parser.addoption(
        "--screenshots",
        metavar="FOLDER",
        help="write the pictures of the review page there, from the repository's root",
    )


@pytest.fixture(scope="session")
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written and not compared."""
    return bool(request.config.getoption("--regenerate-golden"))


@pytest.fixture(scope="session")
def settings() -> Settings:
    """The shipped settings."""
    return load_settings()


@pytest.fixture(scope="session")
def real_engine(settings: Settings) -> OneEngine:
    """Makes the real recognition engine at the first call, once for all tests."""
    from pipeline.ocr.paddle import engine_factory

    return OneEngine(engine_factory(settings.ocr))

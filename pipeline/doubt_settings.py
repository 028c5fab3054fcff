"""What doubt about a recognised line rests on; see `configs/doubt.toml`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class Doubt(BaseModel):
    """Weights of the evidence about one line, in log-odds that it is misread.

    The chance that a line is wrong is 1 / (1 + exp(-(bias + Σ weight · value))). With all weights 0
    the recogniser's least certain character is believed as it is.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float = 0.0
    lowest: float = Field(-1.0, description="log-odds of the least certain character, −4 to 7")
    unsure: float = Field(0.0, description="characters less certain than 0.9, up to 4")
    differs: float = Field(0.0, description="1: another reading has other letters or digits")
    marks_differ: float = Field(0.0, description="1: another reading has other marks")
    agrees: float = Field(0.0, description="1: all other readings are the same")
    lost: float = Field(0.0, description="1: ink was left unread")
    lifted: float = Field(0.0, description="share of the line that lay under a stamp or a pen")
    touching: float = Field(0.0, description="1: the line touches a ruling")
    small: float = Field(0.0, description="how much lower than 30 pixels the line is, as a log")
    rare: float = Field(0.0, description="1: a Chinese character outside GB/T 2312")
    words: float = Field(0.0, description="how far over −4 the log-odds of another word are")
    stray: float = Field(0.0, description="1: a sign that few notices print, or a mark in doubt")
    dirty: float = Field(0.0, description="1: the page is full of specks")
    stacked: float = Field(0.0, description="1: names printed downwards, read laid side by side")

"""The notice this project starts from, typeset from its golden values."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from make.content import Column, Letter, LetterStyle, Notice, TableStyle, Task, TaskTable

TITLE_LINES = (
    "岳阳县人民政府办公室",
    "关于分解《关于贯彻落实省政府打好经济增长",
    "主动仗实现经济运行整体好转的若干政策",
    "措施的实施细则》政策措施目标任务的通知",
)
CC_LINES = (
    "县委各部门，县人武部。",
    "人大常委会办公室，县政协办公室，县监委，县人民法院，县人民检察院。",
)


def yueyang(golden: Path, text: Path) -> Notice:
    """Build the notice from its golden JSON (elements, tasks) and its text (the letter's body)."""
    data = json.loads(golden.read_text(encoding="utf-8"))
    elements: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in data["document"].items()
    }
    letter = Letter(**elements)
    tasks = tuple(
        Task(
            serial=t["serial"],
            name=t["name"],
            superior_measures=t["superior_measures"],
            local_measures=t["local_measures"],
            leaders=tuple(t["leaders"]),
            units=tuple(t["units"]),
        )
        for t in data["tasks"]
    )
    columns = (
        Column("序号", "serial", "32pt"),
        Column("名称", "name", "52pt"),
        Column("市里政策措施、目标任务", "superior_measures", "1fr", align="left"),
        Column("我县政策措施、目标任务", "local_measures", "1fr", align="left"),
        Column("牵头领导", "leaders", "60pt", how="stack-grid"),
        Column("责任单位", "units", "64pt", align="left"),
    )
    table = TaskTable(
        letter.attachments[0],
        "附件",
        columns,
        tasks,
        TableStyle(face="fang", size=10.5, leading=5, landscape=True),
    )
    style = LetterStyle("document", TITLE_LINES, _paragraphs(text), cc_lines=CC_LINES)
    return Notice(letter, style, (table,))


def _paragraphs(text: Path) -> tuple[tuple[str, str], ...]:
    lines = text.read_text(encoding="utf-8").splitlines()
    start = next(n for n, line in enumerate(lines) if line.endswith("：")) + 1
    end = next(n for n, line in enumerate(lines) if line.startswith("附件："))
    found: list[tuple[str, str]] = []
    for line in lines[start:end]:
        if not line:
            continue
        match = re.match(r"(?:\*\*)?([一二三四]、[^。]*。)(?:\*\*)?(.*)", line)
        found.append((match[1], match[2]) if match else ("", line))
    return tuple(found)

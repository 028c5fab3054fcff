"""The queries of the README on assignments run as printed, and count rightly."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from pipeline.config import load_settings
from pipeline.ocr.engine import OcrEngine
from pipeline.run import read_batch
from pipeline.write import write_outputs

ROOT = Path(__file__).resolve().parent.parent
NOTICE = """# {county}人民政府办公室文件

{number}

## {county}人民政府办公室

### 关于印发《{county}任务分解表》的通知

序号\t工作任务\t具体措施\t牵头领导\t责任单位
1\t修路架桥\t改造农村公路三十公里。\t王建国、李樱\t县发改局、县交通局、县财政局
2\t植树造林\t完成荒山造林五千亩。\t李樱\t县林业局、县发展改革局、县民银行
3\t兴修水利\t整治山塘水库十二座。\t王建国\t{county}发展和改革局、县水利局、各乡镇人民政府
"""


def no_engine() -> OcrEngine:
    raise pytest.fail("a text asked for recognition")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[object, ...]]]:
    """What each query gives on the outputs of two notices of two counties."""
    folder = tmp_path_factory.mktemp("run")
    paths = []
    for number, county in enumerate(("青溪县", "望潮县"), start=1):
        path = folder / f"{number}.txt"
        text = NOTICE.format(county=county, number=f"{county[0]}政办发〔2024〕{number}号")
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    batch = read_batch(paths, no_engine, load_settings())
    write_outputs(batch.readings, folder / "outputs", "fp", "{}")
    part = (ROOT / "README.md").read_text(encoding="utf-8").split("<!-- queries:begin -->")[1]
    code = re.findall(r"```sql\n(.*?)```", part.split("<!-- queries:end -->")[0], re.DOTALL)[0]
    queries = [query for query in code.split(";") if query.strip()]
    assert len(queries) == 3
    folder_of = str(folder / "outputs")
    return [
        duckdb.execute(query.replace("'outputs/", f"'{folder_of}/")).fetchall() for query in queries
    ]


def test_tasks_per_unit(results: list[list[tuple[object, ...]]]) -> None:
    found = {(unit, region): (tasks, doubtful) for unit, region, tasks, doubtful in results[0]}
    for county in ("青溪县", "望潮县"):
        assert found[f"{county}发展和改革局", county] == (3, 0)
        assert found[f"{county}交通运输局", county] == (1, 0)
        assert found["县民银行", county] == (1, 1)
        assert not any("乡镇" in str(unit) for unit, _ in found)
    assert results[0][0][2] == 3


def test_tasks_per_leader(results: list[list[tuple[object, ...]]]) -> None:
    assert len(results[1]) == 4
    found = {(issuer, leader): (tasks, serials) for issuer, leader, tasks, serials in results[1]}
    assert found["青溪县人民政府办公室", "李樱"] == (2, ["1", "2"])
    assert found["望潮县人民政府办公室", "王建国"] == (2, ["1", "3"])


def test_units_that_work_together(results: list[list[tuple[object, ...]]]) -> None:
    found = {(unit, other): tasks for unit, other, tasks in results[2]}
    pair = tuple(sorted(("青溪县发展和改革局", "青溪县交通运输局")))
    assert found[pair] == 1
    both = [sum("青溪" in str(name) for name in pair) for pair in found]
    assert set(both) == {0, 2}, "units of two counties never stand in one task"

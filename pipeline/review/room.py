"""What each page and part of a page shows: HTML from the desk, the library and the pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.batch import compact_output
from pipeline.config import Settings
from pipeline.corrections import COLUMNS, LETTER_COLUMNS, LIST_COLUMNS, values_of
from pipeline.corrections.records import LETTER_LISTS
from pipeline.errors import GongwenError
from pipeline.review.desk import Desk, Shown, changes, describe
from pipeline.review.edits import LETTER, RefusedError, joined_values, next_row, touched
from pipeline.review.letter import letter_html, letter_views
from pipeline.review.library import Library
from pipeline.review.lists import Lists
from pipeline.review.names import KnownFiles, suggest
from pipeline.review.pictures import Pictures
from pipeline.show import RowView, SheetView, render
from pipeline.show.charts import findings_by_kind, scores_by_row, serial_maps, tasks_by
from pipeline.show.labels import COLUMN_LABELS, LETTER_LABELS, SEVERITY_LABELS
from pipeline.show.messages import error_in_chinese
from pipeline.show.sheets import findings_on, other_shapes, value_shapes
from pipeline.show.views import by_weight

_LABELS = {**LETTER_LABELS, **COLUMN_LABELS}
CHUNK = 25  # rows fetched together


@dataclass(frozen=True, slots=True)
class Room:
    """All that the routes need."""

    library: Library
    desk: Desk
    pictures: Pictures
    files: KnownFiles
    settings: Settings

    @property
    def lists(self) -> Lists:
        """The pages over all documents."""
        return Lists(self.library, self.desk, self.files)

    def write_tables(self) -> str:
        """Make the tables anew with all corrections; what happened, in words."""
        try:
            naming = self.files.known(self.settings)
            count = compact_output(str(self.library.out), self.settings, naming)
        except GongwenError as error:
            return f"没有写入：{error_in_chinese(str(error))}"
        return f"已写入表格（{count} 件）。"

    def document_page(self, doc_id: str) -> str:
        """The page of one document; rows and pictures are fetched as they come near."""
        shown = self.desk.open(doc_id)
        stored, trouble = shown.stored, ""
        if shown.stored.pages:
            trouble = self.pictures.trouble(stored)
        error = self.library.entries()[doc_id].listed.info.error
        notes = (
            [{"kind": "error", "text": f"此件没有读出。{error_in_chinese(error)}"}] if error else []
        )
        notes += [{"kind": "warning", "text": trouble}] if trouble else []
        notes += [{"kind": "warning", "text": _conflict(c)} for c in shown.corrected.conflicts]
        return render(
            "document.html",
            doc_id=doc_id,
            base=f"/d/{doc_id}",
            title=shown.corrected.rows.letter("title") or stored.source,
            version=shown.version,
            reading=stored.reading,
            who=self.desk.who,
            view=shown.view,
            pages=stored.pages,
            notes=notes,
            failed=bool(error),
            can_edit=True,
        )

    def rows_part(self, doc_id: str, doubtful: bool) -> str:
        """The list of rows, empty, in chunks that are fetched as they come near."""
        rows = _rows(self.desk.open(doc_id), doubtful)
        heights = [
            sum(_height(row) for row in rows[at : at + CHUNK]) for at in range(0, len(rows), CHUNK)
        ]
        return render(
            "_rows.html",
            base=f"/d/{doc_id}",
            rows=rows,
            size=CHUNK,
            heights=heights,
            doubtful=doubtful,
        )

    def chunk_part(self, doc_id: str, number: int, doubtful: bool) -> str:
        """The rows of one chunk, from 0."""
        rows = _rows(self.desk.open(doc_id), doubtful)
        start = max(0, number) * CHUNK
        return render("_chunk.html", rows=rows[start : start + CHUNK])

    def row_part(self, doc_id: str, key: str) -> str:
        """One row. Raises KeyError when there is none."""
        shown = self.desk.open(doc_id)
        return letter_html(shown) if key == LETTER else _row_html(shown, key)

    def findings_part(self, doc_id: str) -> str:
        """The findings by severity, open ones first."""
        findings = by_weight(self.desk.open(doc_id).view.findings)
        groups = [
            {"label": label, "findings": [f for f in findings if not f.settled and f.severity == s]}
            for s, label in SEVERITY_LABELS.items()
        ]
        groups.append({"label": "已了结", "findings": [f for f in findings if f.settled]})
        groups = [group for group in groups if group["findings"]]
        return render("_findings.html", groups=groups, can_edit=True)

    def overview_part(self, doc_id: str) -> str:
        """The letter's elements and the pictures of one document."""
        shown = self.desk.open(doc_id)
        view = shown.view
        return render(
            "_overview.html",
            letter=letter_views(shown),
            can_edit=True,
            maps=serial_maps(view),
            pictures=(
                findings_by_kind(view.findings),
                scores_by_row(view),
                tasks_by(view, ("leaders",), "各领导的任务"),
                tasks_by(view, ("lead_units", "units"), "各单位的任务"),
            ),
        )

    def sheet_part(self, doc_id: str, page: int) -> str:
        """One page with its boxes. Raises KeyError when there is none."""
        shown = self.desk.open(doc_id)
        info = next((info for info in shown.stored.pages if info.page == page), None)
        if info is None:
            raise KeyError(page)
        values = value_shapes(shown.view, page)
        sheet = SheetView(
            page,
            info.width,
            info.height,
            info.reason,
            "" if self.pictures.trouble(shown.stored) else f"/d/{doc_id}/picture/{page}",
            other_shapes(shown.stored.cells_on(page), page, values),
            values,
            findings=findings_on(shown.view.findings, page),
        )
        return render("_sheet_alone.html", sheet=sheet)

    def picture(self, doc_id: str, page: int, size: str) -> bytes:
        """The picture of a page as JPEG. Raises KeyError or InputError."""
        stored = self.desk.open(doc_id).stored
        info = next((info for info in stored.pages if info.page == page), None)
        if info is None:
            raise KeyError(page)
        return self.pictures.picture(stored, info, size)

    def editor_part(self, doc_id: str, key: str, column: str) -> str:
        """The form to correct one value."""
        shown = self.desk.open(doc_id)
        if column not in (LETTER_COLUMNS if key == LETTER else COLUMNS):
            raise KeyError(column)
        if key == LETTER:
            value, ref = shown.corrected.rows.letter(column), None
        else:
            state = shown.state(key)
            value, ref = getattr(state.task, column), state.ref
        clash = [c for c in shown.corrected.conflicts if c.row == ref and c.column == column]
        return render(
            "_editor.html",
            row=key,
            column=column,
            label=_LABELS[column],
            is_list=column in (*LIST_COLUMNS, *LETTER_LISTS),
            value=list(value) if isinstance(value, tuple) else value or "",
            conflict=_plain(clash[0].now) if clash else "",
        )

    def reshape_part(self, doc_id: str, key: str, kind: str) -> str:
        """The form to split a row, or join it with the one below. Raises RefusedError, KeyError."""
        shown = self.desk.open(doc_id)
        state = shown.state(key)
        if kind not in ("split", "join"):
            raise KeyError(kind)
        values, other = values_of(state.task), ""
        if kind == "join":
            below = next_row(shown.corrected, state)
            if below is None:
                raise RefusedError("下面没有可以合并的行。")
            values, other = joined_values(state, below), below.ref.key
        fields = [
            {
                "column": column,
                "label": COLUMN_LABELS[column],
                "is_list": column in LIST_COLUMNS,
                "texts": [_lines(value)] + ([""] if kind == "split" else []),
            }
            for column, value in values
            if column in shown.view.columns
        ]
        return render("_split.html", kind=kind, other=other, fields=fields)

    def names_part(self, doc_id: str, column: str, query: str) -> str:
        """Names to pick from."""
        if column in LETTER_LISTS:
            return ""  # of addressees and attachments nothing is known beforehand
        if column not in LIST_COLUMNS:
            raise KeyError(column)
        view = self.desk.open(doc_id).view
        return render(
            "_suggestions.html", items=suggest(query, column, view, self.files, self.settings)
        )

    def correct(self, doc_id: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Write a correction down; what to show then. Raises what `Desk.correct` raises."""
        shown = self.desk.correct(doc_id, asked)
        return self._told(shown, shown.version - 1)

    def news(self, doc_id: str, version: int) -> dict[str, Any]:
        """What others have changed since `version`."""
        shown = self.desk.open(doc_id)
        return self._told(shown, max(0, min(version, shown.version)))

    def _told(self, shown: Shown, version: int) -> dict[str, Any]:
        news = changes(shown.corrections, version)
        keys = {key for item in news for key in _keys(item, shown)}
        there = {row.key for row in shown.view.rows}
        return {
            "version": shown.version,
            "reading": shown.stored.reading,
            "changed": sorted(keys),
            "message": describe(news) if news else "",
            "reload": any(_reshapes(item, shown) for item in news),
            "rows": {
                **{key: _row_html(shown, key) for key in keys & there},
                **({LETTER: letter_html(shown)} if LETTER in keys else {}),
            },
            "counts": render("_counts.html", view=shown.view),
        }


def _keys(item: Any, shown: Shown) -> set[str]:
    return {key for key in touched(item, shown.corrections, shown.corrected) if key}


def _reshapes(item: Any, shown: Shown) -> bool:
    """Whether a correction changes which rows there are."""
    if item.what == "undo":
        return any(_reshapes(other, shown) for other in shown.corrections if other.id == item.of)
    return item.what in ("split", "join")


def _rows(shown: Shown, doubtful: bool) -> Sequence[RowView]:
    return [row for row in shown.view.rows if row.doubts or not doubtful]


def _row_html(shown: Shown, key: str) -> str:
    for row in shown.view.rows:
        if row.key == key:
            return render("_chunk.html", rows=[row])
    raise KeyError(key)


def _height(row: RowView) -> int:
    """About how many CSS pixels a row takes, so that the list scrolls true before it is there."""
    lines = sum(min(6, max(1, -(-sum(map(len, item.items)) // 26))) for item in row.fields)
    return 70 + 28 * lines + 30 * len(row.doubts)


def _conflict(conflict: Any) -> str:
    row = conflict.correction.row
    serial = f"序号 {row.serial}：" if row and row.serial else ""
    if conflict.column:
        label = _LABELS[conflict.column]
        return f"{serial}{label}现在读作「{_plain(conflict.now)}」，与更正不同；表中仍用更正。"
    if conflict.row is None:
        return f"{serial}更正过的这一行现在找不到，更正留在文件里。"
    return f"{serial}这一行拆分或合并之后又读得不同，表中仍按所读。"


def _plain(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, tuple) else str(value or "空白")


def _lines(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, tuple) else str(value or "")

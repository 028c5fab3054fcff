"""The pages over all documents: their list, the overview, what corrections teach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.corrections import Correction, journal_path, read_corrections
from pipeline.errors import GongwenError
from pipeline.outputs import load_party_counts, load_scores
from pipeline.review.desk import Desk
from pipeline.review.library import Entry, Library
from pipeline.review.names import KnownFiles
from pipeline.review.standing import Standing
from pipeline.review.teach import KINDS, Kind, known_names, learn, lessons
from pipeline.show import render
from pipeline.show.charts import counted_bars, scored_bars
from pipeline.show.labels import code_label
from pipeline.show.messages import error_in_chinese

SIZE = 100  # documents fetched together
_LABELS: dict[Kind, str] = {"roster": "人名", "gazetteer": "单位"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list of documents, as they stand now."""

    doc_id: str
    name: str
    title: str | None
    doc_number: str | None
    issuer: str | None
    status: str
    route: str | None
    error: str | None
    pages: int
    tasks: int
    flagged: int
    doubts: int
    reviewed: int


@dataclass(frozen=True, slots=True)
class Lists:
    """The documents of the library with what persons said of them."""

    library: Library
    desk: Desk
    files: KnownFiles

    def page(self, query: str, note: str) -> str:
        """The list of documents whose title, number, issuer or name hold the query."""
        lines = list(self._lines())
        return render(
            "documents.html",
            folder=str(self.library.out),
            total=len(lines),
            tasks=sum(line.tasks for line in lines),
            flagged=sum(line.flagged for line in lines),
            stale=self.library.tables_are_stale(),
            note=note,
            **_part(lines, query, 0),
        )

    def part(self, query: str, at: int) -> dict[str, Any]:
        """The documents from place `at` on, and where those after them are."""
        return _part(self._lines(), query, at)

    def overview(self) -> str:
        """Open findings by kind, doubt by document, tasks by leader and unit, as all stands now."""
        entries, standings = self.library.entries(), self.desk.standings()
        titles = {line.doc_id: line.title or line.name for line in self._lines()}
        codes, flagged = Counter[str](), Counter[str]()
        for doc_id, entry in entries.items():
            standing, info = standings.get(doc_id), entry.listed.info
            codes.update(standing.codes if standing else dict(info.codes))
            flagged[doc_id] = standing.flagged if standing else info.flagged
        # The tables may lack the newest corrections: of what was corrected, they are not asked.
        scores = load_scores(self.library.out, standings)
        scores |= {doc: s.score for doc, s in standings.items() if s.score is not None}
        leaders, units = load_party_counts(self.library.out, standings)
        for standing in standings.values():
            leaders.update(standing.leaders)
            units.update(standing.units)
        lowest = sorted((scores[doc_id], doc_id) for doc_id in entries if doc_id in scores)
        doubtful = [(doc_id, count) for doc_id, count in flagged.most_common() if count]
        return render(
            "overview.html",
            pictures=(
                counted_bars("疑点种类", [(code_label(c), n) for c, n in codes.most_common()]),
                counted_bars(
                    "存疑行最多的文件",
                    [(titles[doc_id], count) for doc_id, count in doubtful],
                    "warning",
                ),
                scored_bars(
                    "未核各行平均识别分最低的文件",
                    [(titles[doc_id], score) for score, doc_id in lowest],
                ),
                counted_bars("各领导的任务", leaders.most_common()),
                counted_bars("各单位的任务", units.most_common()),
            ),
        )

    def teach_page(self, doc_id: str, note: str = "", kind: str = "") -> str:
        """Names that corrections hold and the files do not."""
        wanted = doc_id if doc_id in self.library.entries() else ""
        said = tuple(self._corrections(wanted))
        groups = []
        for each in KINDS:
            path = self.files.path(each)
            names = lessons(said, each, set(known_names(path, each)))
            groups.append({"kind": each, "label": _LABELS[each], "file": str(path), "names": names})
        return render(
            "teach.html",
            doc_id=wanted,
            groups=groups,
            anything=any(group["names"] for group in groups),
            note=note,
            note_kind=kind,
        )

    def teach(self, form: Mapping[str, list[str]]) -> str:
        """Write the chosen names into the files; the page with what happened."""
        doc_id = (form.get("doc") or [""])[0]
        said = []
        try:
            for kind in KINDS:
                count = learn(self.files.path(kind), form.get(kind, []), kind)
                said += [f"{_LABELS[kind]} {count} 个"] if count else []
        except GongwenError as error:
            return self.teach_page(doc_id, f"没有写入：{error_in_chinese(str(error))}", "error")
        return self.teach_page(doc_id, f"已写入{'、'.join(said)}。" if said else "没有新的名字。")

    def _corrections(self, doc_id: str) -> Iterator[Correction]:
        for each in [doc_id] if doc_id else list(self.library.entries()):
            yield from read_corrections(journal_path(self.library.out, each))

    def _lines(self) -> Iterator[Line]:
        standings = self.desk.standings()
        for doc_id, entry in self.library.entries().items():
            yield _line(entry, standings.get(doc_id))
        for entry in self.library.unread():
            yield _line(entry, None)


def _line(entry: Entry, standing: Standing | None) -> Line:
    info, letter = entry.listed.info, standing.letter if standing else entry.letter
    counts = (info.tasks, info.flagged, entry.doubts, 0)
    if standing is not None:
        counts = (standing.tasks, standing.flagged, standing.doubts, standing.reviewed)
    return Line(
        entry.doc_id,
        entry.name,
        letter.get("title"),
        letter.get("doc_number"),
        letter.get("issuer"),
        info.status,
        info.route,
        info.error,
        info.pages,
        *counts,
    )


def _part(lines: Iterable[Line], query: str, at: int) -> dict[str, Any]:
    found = [line for line in lines if _matches(line, query)]
    more = at + SIZE < len(found)
    return {
        "documents": found[at : at + SIZE],
        "next": (at + SIZE) if more else None,
        "query": query,
    }


def _matches(line: Line, query: str) -> bool:
    texts = (line.title, line.doc_number, line.issuer, line.name)
    return any(query.lower() in text.lower() for text in texts if text)

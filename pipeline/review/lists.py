"""The pages over all documents: their list, the overview, what corrections teach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.corrections import Correction, journal_path, read_corrections
from pipeline.errors import GongwenError
from pipeline.outputs import load_party_counts, load_scores
from pipeline.review.desk import Counts, Desk
from pipeline.review.library import Entry, Library
from pipeline.review.names import KnownFiles
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
        entries = self.library.entries().values()
        return render(
            "documents.html",
            folder=str(self.library.out),
            total=len(entries),
            tasks=sum(entry.listed.info.tasks for entry in entries),
            flagged=sum(entry.listed.info.flagged for entry in entries),
            stale=self.library.tables_are_stale(),
            note=note,
            **self.part(query, 0),
        )

    def part(self, query: str, at: int) -> dict[str, Any]:
        """The documents from place `at` on, and where those after them are."""
        found = [entry for entry in self.library.entries().values() if _matches(entry, query)]
        shown = [self._line(entry) for entry in found[at : at + SIZE]]
        more = at + SIZE < len(found)
        return {"documents": shown, "next": (at + SIZE) if more else None, "query": query}

    def overview(self) -> str:
        """Findings by kind, doubt by document, tasks by leader and unit, over all documents."""
        infos = [entry.listed.info for entry in self.library.entries().values()]
        codes: Counter[str] = Counter()
        for info in infos:
            codes.update(dict(info.codes))
        named = [(code_label(code), count) for code, count in codes.most_common()]
        doubted = sorted(self.library.entries().values(), key=lambda e: -e.listed.info.flagged)
        rows = [(_title(e), e.listed.info.flagged) for e in doubted if e.listed.info.flagged]
        scores = load_scores(self.library.out)
        lowest = sorted(
            ((_title(e), scores[e.doc_id]) for e in doubted if e.doc_id in scores),
            key=lambda pair: pair[1],
        )
        leaders, units = load_party_counts(self.library.out)
        return render(
            "overview.html",
            pictures=(
                counted_bars("疑点种类", named),
                counted_bars("存疑行最多的文件", rows, "warning"),
                scored_bars("平均识别分最低的文件", lowest),
                counted_bars("各领导的任务", leaders),
                counted_bars("各单位的任务", units),
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

    def _line(self, entry: Entry) -> Line:
        info, letter = entry.listed.info, entry.letter
        as_read = Counts(info.tasks, info.flagged, entry.doubts, 0)
        counts = self.desk.counts(entry.doc_id) or as_read
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
            counts.tasks,
            counts.flagged,
            counts.doubts,
            counts.reviewed,
        )


def _title(entry: Entry) -> str:
    return entry.letter.get("title") or entry.name


def _matches(entry: Entry, query: str) -> bool:
    letter = entry.letter
    texts = (letter.get("title"), letter.get("doc_number"), letter.get("issuer"), entry.name)
    return any(query.lower() in text.lower() for text in texts if text)

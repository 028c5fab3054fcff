"""The pages and what they ask for. Every path names a document by its hash and a row by its key."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Annotated, Any
from urllib.parse import parse_qs, urlencode

from fastapi import FastAPI, Path, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from fastapi.telemetry import TelemetryConfig

from pipeline.errors import GongwenError, InputError
from pipeline.review.edits import RefusedError, StaleError
from pipeline.review.room import Room
from pipeline.show import asset, render
from pipeline.show.messages import error_in_chinese

DocId = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
Key = Annotated[str, Path(pattern=r"^([0-9]{1,6}-[0-9]{1,6}-[0-9]{1,9}|letter)$")]
_STATIC = {
    "style.css": "text/css",
    "page.js": "text/javascript",
    "review.js": "text/javascript",
    "htmx.min.js": "text/javascript",
}
# Variables of the environment could have FastAPI send traces elsewhere.
_NO_TELEMETRY: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}


def create_app(room: Room) -> FastAPI:
    """The application; it does not check who asks: `guard` stands before it."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, telemetry=_NO_TELEMETRY)
    _fail_in_words(app)
    _add_static(app)
    _add_lists(app, room)
    _add_document(app, room)
    _add_pictures(app, room)
    _add_changes(app, room)
    return app


def _fail_in_words(app: FastAPI) -> None:
    def gone(request: Request, error: Exception) -> Response:
        return HTMLResponse(render("message.html", title="没有找到", text="没有这一件。"), 404)

    def failed(request: Request, error: Exception) -> Response:
        said = error_in_chinese(str(error))
        if request.method == "GET":
            return HTMLResponse(render("message.html", title="出错了", text=said), 500)
        return JSONResponse({"message": said}, 500)

    app.add_exception_handler(KeyError, gone)
    app.add_exception_handler(404, gone)
    app.add_exception_handler(GongwenError, failed)


def _add_static(app: FastAPI) -> None:
    @app.get("/static/{name}")
    def static(name: str) -> Response:
        if name not in _STATIC:
            raise KeyError(name)
        return Response(asset(name), media_type=_STATIC[name])


def _add_lists(app: FastAPI, room: Room) -> None:
    @app.get("/", response_class=HTMLResponse)
    def documents(q: str = "", note: str = "") -> str:
        return room.lists.page(q[:200], note[:200])

    @app.get("/more/{at}", response_class=HTMLResponse)
    def more(at: int, q: str = "") -> str:
        return render("_documents.html", **room.lists.part(q[:200], max(0, at)))

    @app.get("/overview", response_class=HTMLResponse)
    def overview() -> str:
        return room.lists.overview()

    @app.get("/teach", response_class=HTMLResponse)
    def lessons(doc: str = "") -> str:
        return room.lists.teach_page(doc)

    @app.post("/teach", response_class=HTMLResponse)
    async def learn(request: Request) -> str:
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        return room.lists.teach(form)

    @app.post("/tables")
    def tables() -> Response:
        said = room.write_tables()
        return Response(status_code=303, headers={"location": "/?" + urlencode({"note": said})})


def _add_document(app: FastAPI, room: Room) -> None:
    @app.get("/d/{doc_id}", response_class=HTMLResponse)
    def document(doc_id: DocId) -> str:
        return room.document_page(doc_id)

    @app.get("/d/{doc_id}/rows", response_class=HTMLResponse)
    def rows(doc_id: DocId, doubtful: bool = False) -> str:
        return room.rows_part(doc_id, doubtful)

    @app.get("/d/{doc_id}/rows/{number}", response_class=HTMLResponse)
    def chunk(doc_id: DocId, number: int, doubtful: bool = False) -> str:
        return room.chunk_part(doc_id, number, doubtful)

    @app.get("/d/{doc_id}/row/{key}", response_class=HTMLResponse)
    def row(doc_id: DocId, key: Key) -> str:
        return room.row_part(doc_id, key)

    @app.get("/d/{doc_id}/findings", response_class=HTMLResponse)
    def findings(doc_id: DocId) -> str:
        return room.findings_part(doc_id)

    @app.get("/d/{doc_id}/overview", response_class=HTMLResponse)
    def overview(doc_id: DocId) -> str:
        return room.overview_part(doc_id)

    @app.get("/d/{doc_id}/page/{page}", response_class=HTMLResponse)
    def page(doc_id: DocId, page: int) -> str:
        return room.sheet_part(doc_id, page)


def _add_pictures(app: FastAPI, room: Room) -> None:
    @app.get("/d/{doc_id}/picture/{page}")
    def picture(doc_id: DocId, page: int, size: str = "page") -> Response:
        try:
            data = room.picture(doc_id, page, "large" if size == "large" else "page")
        except InputError as error:
            return PlainTextResponse(error_in_chinese(str(error)), 404)
        return Response(
            data, media_type="image/jpeg", headers={"cache-control": "private, max-age=600"}
        )


def _add_changes(app: FastAPI, room: Room) -> None:
    @app.get("/d/{doc_id}/row/{key}/edit/{column}", response_class=HTMLResponse)
    def editor(doc_id: DocId, key: Key, column: str) -> str:
        return room.editor_part(doc_id, key, column)

    @app.get("/d/{doc_id}/row/{key}/{kind}")
    def reshape(doc_id: DocId, key: Key, kind: str) -> Response:
        try:
            return HTMLResponse(room.reshape_part(doc_id, key, kind))
        except RefusedError as error:
            return JSONResponse({"message": str(error)}, 422)

    @app.get("/d/{doc_id}/since/{version}")
    def since(doc_id: DocId, version: int) -> dict[str, Any]:
        return room.news(doc_id, version)

    @app.get("/d/{doc_id}/names/{column}", response_class=HTMLResponse)
    def names(doc_id: DocId, column: str, q: str = "") -> str:
        return room.names_part(doc_id, column, q[:40])

    @app.post("/d/{doc_id}/correct")
    async def correct(doc_id: DocId, request: Request) -> Response:
        try:
            asked = json.loads(await request.body())
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return JSONResponse({"message": "读不懂这个请求。"}, 422)
        return await _in_thread(lambda: _corrected(room, doc_id, asked))


def _corrected(room: Room, doc_id: str, asked: dict[str, Any]) -> Response:
    try:
        return JSONResponse(room.correct(doc_id, asked))
    except StaleError as error:
        news = room.news(doc_id, int(asked["version"]))
        return JSONResponse({**news, "message": error.message}, 409)
    except RefusedError as error:
        return JSONResponse({"message": str(error)}, 422)


async def _in_thread(work: Callable[[], Response]) -> Response:
    # Writing waits for the disk; other windows must not wait with it.
    from fastapi.concurrency import run_in_threadpool

    return await run_in_threadpool(work)

"""Pages of imports: send a table in, see what was read, confirm it or give it up."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import person, wants_fragment
from accounts.ownership import get_owned_or_404
from accounts.paging import keyset_page
from inputs import exports
from inputs.errors import InputError
from inputs.uploads import capped_upload
from inputs.words import sentence
from jobs.enums import JobState
from jobs.models import Job
from limits import importers, services
from limits.domain.import_columns import HELP, NAMES, REQUIRED, column_name
from limits.enums import ImportState
from limits.forms.files import ImportForm
from limits.models import ImportBatch, ImportRow

PAGE_ROWS = 50
LIST_ROWS = 20
WORKING = (ImportState.QUEUED, ImportState.SAVING)
CSV, XLSX = "csv", "xlsx"


def _too_big(request: HttpRequest) -> HttpResponse:
    """Answers for a body that was never looked at."""
    error = importers.LIMITS.too_big()
    return _list_page(request, ImportForm(), status=413, items=[{"text": sentence(error)}])


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@capped_upload(importers.LIMITS.max_bytes, too_big=_too_big)
def imports(request: HttpRequest) -> HttpResponse:
    """What a table needs, the form, and earlier imports."""
    if request.method != "POST":
        return _list_page(request, ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            made = services.start_import(
                owner=person(request),
                data=form.cleaned_data["table"],
                file_name=form["table"].data.name,
            )
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            return redirect("import", made.public_id)
    return _list_page(request, form, status=422)


def _list_page(
    request: HttpRequest, form: ImportForm, status: int = 200, **extra: Any
) -> HttpResponse:
    rows = ImportBatch.objects.for_user(request.user)
    after = request.GET.get("after", "")
    page = keyset_page(rows, order=("-created_at", "-pk"), after=after, size=LIST_ROWS)
    context = {"form": form, "page": page, "columns": _columns(), **extra}
    return render(request, "limits/imports.html", context, status=status)


def _is_english() -> bool:
    return (get_language() or "").startswith("en")


def _columns() -> dict[str, Any]:
    """The table that says what each column means, as _components/_table.html takes it."""
    labels = [_("列名"), _("要不要填"), _("怎么写"), _("例子")]
    rows = [
        {"cells": [{"text": text, "label": label} for text, label in zip(row, labels, strict=True)]}
        for row in _help_rows()
    ]
    return {"columns": [{"label": label} for label in labels], "rows": rows}


def _help_rows() -> list[tuple[str, str, str, str]]:
    english = _is_english()
    return [
        (
            column_name(key, english=english),
            _("必填") if key in REQUIRED else _("选填"),
            _(words),
            _(example) if example else "",
        )
        for key, (words, example) in HELP.items()
    ]


@login_required
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """An empty table with the right header. The XLSX explains the columns on a second sheet."""
    header = [column_name(key, english=_is_english()) for key in HELP]
    if kind == CSV:
        return _attachment("".join(exports.csv_lines([header])), _("额度变动模板") + ".csv")
    if kind != XLSX:
        raise Http404
    explained: list[exports.Row] = [
        (_("列名"), _("要不要填"), _("怎么写"), _("例子")),
        *_help_rows(),
    ]
    sheets: dict[str, list[exports.Row]] = {_("额度变动"): [header], _("填写说明"): explained}
    return _attachment(exports.xlsx_file(sheets), _("额度变动模板") + ".xlsx")


CONTENT_TYPES = {
    CSV: "text/csv; charset=utf-8",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _attachment(body: str | bytes, name: str) -> HttpResponse:
    content_type = CONTENT_TYPES[name.rpartition(".")[2]]
    headers = {"Content-Disposition": _disposition(name), "Cache-Control": "no-store, private"}
    return HttpResponse(body, content_type=content_type, headers=headers)


def _disposition(name: str) -> str:
    return content_disposition_header(True, name) or "attachment"


def _batch(request: HttpRequest, public_id: str) -> ImportBatch:
    return get_owned_or_404(ImportBatch, request.user, public_id)


@login_required
@require_safe
def batch(request: HttpRequest, public_id: str) -> HttpResponse:
    """One import: its progress, its preview or its result, by its state."""
    shown = _batch(request, public_id)
    context: dict[str, Any] = {"batch": shown, "state": shown.state}
    if shown.state in WORKING:
        context |= _progress_context(shown)
    elif shown.state == ImportState.REFUSED:
        context["refusal"] = sentence(InputError(**shown.refusal))
    elif shown.rows_bad:
        context |= _problem_page(shown, request.GET.get("after", ""))
    return render(request, "limits/import.html", context)


def _progress_context(shown: ImportBatch) -> dict[str, Any]:
    job = Job.objects.filter(pk=shown.job_id).first() if shown.job_id else None
    note = job.progress_note if job else ""
    saving = shown.state == ImportState.SAVING
    return {
        "job_state": job.state if job else JobState.QUEUED,
        "progress": job.progress if job else 0,
        "note": _("已处理 %(rows)s 行。") % {"rows": note} if note else "",
        "title": _("记入台账") if saving else _("读取和检查"),
        "poll_url": reverse("import_progress", args=[shown.public_id]),
        "refresh_url": reverse("import", args=[shown.public_id]),
    }


@login_required
@require_safe
def progress(request: HttpRequest, public_id: str) -> HttpResponse:
    """The fragment that shows progress; it has the page loaded anew once the work is done."""
    shown = _batch(request, public_id)
    if not wants_fragment(request):
        return redirect("import", shown.public_id)
    if shown.state not in WORKING:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "limits/_import_progress.html", _progress_context(shown))


def _problem_page(shown: ImportBatch, after: str) -> dict[str, Any]:
    """Fifty rows with problems, by row number (keyset), one line a problem."""
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else 0
    rows = list(_problem_rows(shown).filter(number__gt=start)[: PAGE_ROWS + 1])
    more = rows[PAGE_ROWS - 1].number if len(rows) > PAGE_ROWS else None
    labels = [_("行"), _("列"), _("写的是"), _("怎么改")]
    return {
        "problem_columns": [{"label": label} for label in labels],
        "problem_rows": [
            {"cells": [{"text": text, "label": label} for text, label in zip(line, labels)]}  # noqa: B905
            for row in rows[:PAGE_ROWS]
            for line in _problem_lines(shown, row)
        ],
        "next_url": f"?after={more}" if more else None,
        "is_first": start == 0,
    }


def _problem_rows(shown: ImportBatch) -> Any:
    return shown.rows.filter(has_problems=True).order_by("number")


def _problem_lines(shown: ImportBatch, row: ImportRow) -> list[tuple[str, str, str, str]]:
    return [
        (
            str(row.number),
            _column(shown, problem["column"]),
            _typed(shown, row, problem["column"]),
            _sentence(problem),
        )
        for problem in row.problems
    ]


def _sentence(problem: dict[str, Any]) -> str:
    return sentence(InputError(problem["code"], problem["template"], problem["params"]))


def _column(shown: ImportBatch, key: str) -> str:
    """The name of the column as it stands in the file; the template's where it is missing."""
    if not key:
        return _("整行")
    place = shown.report["places"].get(key)
    return NAMES[key][0] if place is None else str(shown.report["names"][place])


def _typed(shown: ImportBatch, row: ImportRow, key: str) -> str:
    place = shown.report["places"].get(key)
    return str(row.cells[place]) if place is not None and place < len(row.cells) else ""


@login_required
@require_POST
def confirm(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = _batch(request, public_id)
    mode = "good" if request.POST.get("mode") == "good" else "all"
    try:
        services.confirm_import(batch=shown, mode=mode)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    return redirect("import", shown.public_id)


@login_required
@require_POST
def discard(request: HttpRequest, public_id: str) -> HttpResponse:
    shown = _batch(request, public_id)
    try:
        services.discard_import(batch=shown)
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
        return redirect("import", shown.public_id)
    messages.success(request, _("已放弃这次导入，读到的内容已删除。"))
    return redirect("imports")


@login_required
@require_safe
def problems(request: HttpRequest, public_id: str) -> StreamingHttpResponse:
    """The rows with problems as CSV, with a column of reasons, to mend and send in again."""
    shown = _batch(request, public_id)
    return StreamingHttpResponse(
        exports.csv_lines(_mendable(shown)),
        content_type=CONTENT_TYPES[CSV],
        headers={
            "Content-Disposition": _disposition(_("要改的行") + ".csv"),
            "Cache-Control": "no-store, private",
        },
    )


def _mendable(shown: ImportBatch) -> Iterator[Sequence[str]]:
    names = shown.report.get("names", [])
    yield [*names, _("原来的行号"), _("怎么改")]
    for row in _problem_rows(shown).iterator(chunk_size=500):
        cells = [*row.cells, *[""] * len(names)][: len(names)]
        yield [*cells, str(row.number), " ".join(map(_sentence, row.problems))]

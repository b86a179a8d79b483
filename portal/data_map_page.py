"""The page that says, in plain words, what is kept, why, for how long, and how it goes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.data_map import Group, ModelEntry, data_map
from guidance.views import public


@require_safe
@public
def data_page(request: HttpRequest) -> HttpResponse:
    english = (get_language() or "").startswith("en")
    groups = [_group(group, english=english) for group in data_map().groups]
    return render(request, "portal/data_map.html", {"groups": groups})


def _group(group: Group, *, english: bool) -> dict[str, Any]:
    labels = [_("存什么"), _("存多久"), _("怎么删"), _("在不在副本里")]
    rows = [_cells(entry, english=english) for entry in group.models]
    return {
        "title": group.title.said(english=english),
        "why": group.why.said(english=english),
        "columns": [{"label": label} for label in labels],
        "rows": [
            {"cells": [{"text": text, "label": label} for text, label in zip(row, labels)]}  # noqa: B905
            for row in rows
        ],
    }


def _cells(entry: ModelEntry, *, english: bool) -> tuple[str, str, str, str]:
    gone = {
        "cascade": _("和账户一起删除"),
        "job": _("由删除账户的后台任务删除"),
        "none": _("不用删"),
    }
    return (
        entry.what.said(english=english),
        entry.kept.said(english=english),
        gone[entry.erased],
        _in_export(entry, english=english),
    )


def _in_export(entry: ModelEntry, *, english: bool) -> str:
    why_not = entry.why_none or entry.not_exported
    return _("不在：%(why)s") % {"why": why_not.said(english=english)} if why_not else _("在")

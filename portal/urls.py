"""Every route of the site; tests/security/policy.yaml says who may use which."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path
from django.views.generic import RedirectView
from drf_spectacular.views import SpectacularAPIView

import accounts.api.notices
import accounts.api.own_data
import complaints.api
import guidance.api
import limits.api
import records.api
from portal import (
    dashboard,
    data_map_page,
    debts,
    disputes,
    erasures,
    exports,
    health,
    record_effect,
    reminders_api,
    report_import,
    sitemaps,
    upcoming,
    views,
)

# The office signs in like everyone, with the same limits and the same second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "额度明白账 · 后台"
admin.site.index_title = "后台"

handler400 = "portal.errors.bad_request"
handler403 = "portal.errors.permission_denied"
handler404 = "portal.errors.not_found"
handler500 = "portal.errors.server_error"

api = [
    path("explain/", limits.api.explain_changes, name="api_explain"),
    path("clock/", complaints.api.clock, name="api_clock"),
    path("causes/", guidance.api.causes, name="api_causes"),
    path("tips/", guidance.api.tips, name="api_tips"),
    path("channels/", guidance.api.channels, name="api_channels"),
    path("rules/", guidance.api.rules, name="api_rules"),
    path("products/", guidance.api.products, name="api_products"),
    path("institutions/", guidance.api.institutions, name="api_institutions"),
    path("demands/", guidance.api.demands, name="api_demands_known"),
    path("lines/", limits.api.lines, name="api_lines"),
    path("lines/<uuid:public_id>/", limits.api.line, name="api_line"),
    path("lines/<uuid:public_id>/readings/", limits.api.readings_of_line, name="api_line_readings"),
    path("readings/", limits.api.readings, name="api_readings"),
    path(
        "readings/<uuid:public_id>/retract/",
        limits.api.retract_reading,
        name="api_retract_reading",
    ),
    path("changes/", limits.api.changes, name="api_changes"),
    path("changes/<uuid:public_id>/", limits.api.change, name="api_change"),
    path("changes/<uuid:public_id>/correct/", limits.api.correct, name="api_correct"),
    path("changes/<uuid:public_id>/retract/", limits.api.retract, name="api_retract"),
    path("changes/<uuid:public_id>/assessments/", limits.api.assessments, name="api_assessments"),
    path("changes/<uuid:public_id>/answers/", limits.api.answers, name="api_answers"),
    path(
        "changes/<uuid:public_id>/confirmations/",
        limits.api.confirmations,
        name="api_confirmations",
    ),
    path("assessments/<uuid:public_id>/", limits.api.assessment, name="api_assessment"),
    path("migrations/", limits.api.migrations, name="api_migrations"),
    path("migrations/<uuid:public_id>/decide/", limits.api.decide, name="api_decide"),
    path("imports/", limits.api.imports, name="api_imports"),
    path("imports/<uuid:public_id>/", limits.api.one_import, name="api_import"),
    path("imports/<uuid:public_id>/confirm/", limits.api.confirm_import, name="api_confirm_import"),
    path("imports/<uuid:public_id>/discard/", limits.api.discard_import, name="api_discard_import"),
    path("notices/", accounts.api.notices.notices, name="api_notices"),
    path("notices/read-all/", accounts.api.notices.read_all, name="api_read_notices"),
    path("notices/choices/", accounts.api.notices.choices, name="api_notice_choices"),
    path("notices/<uuid:public_id>/read/", accounts.api.notices.read, name="api_read_notice"),
    path("reminders/", reminders_api.reminders, name="api_reminders"),
    path("exports/", accounts.api.own_data.exports, name="api_exports"),
    path("exports/<uuid:public_id>/", accounts.api.own_data.export, name="api_export"),
    path("access/", accounts.api.own_data.access, name="api_access"),
    path("plan/", records.api.plan, name="api_plan"),
    path("plan/<uuid:public_id>/", records.api.item, name="api_plan_item"),
    path("plan/<uuid:public_id>/move/", records.api.move, name="api_move_item"),
    path("plan/<uuid:public_id>/note/", records.api.note, name="api_plan_note"),
    path("plan/<uuid:public_id>/edit/", records.api.edit, name="api_edit_item"),
    path("plan/<uuid:public_id>/remove/", records.api.remove, name="api_remove_item"),
    path("reports/", records.api.reports, name="api_reports"),
    path("reports/read/", records.api.read_text, name="api_read_report_text"),
    path("reports/<uuid:public_id>/", records.api.report, name="api_report"),
    path("reports/<uuid:public_id>/edit/", records.api.edit_report, name="api_edit_report"),
    path(
        "reports/<uuid:public_id>/confirm/", records.api.confirm_report, name="api_confirm_report"
    ),
    path("reports/<uuid:public_id>/remove/", records.api.remove_report, name="api_remove_report"),
    path(
        "reports/<uuid:public_id>/compare/",
        records.api.compare_reports,
        name="api_compare_reports",
    ),
    path("reports/<uuid:public_id>/entries/", records.api.entries, name="api_report_entries"),
    path("reports/<uuid:public_id>/inquiries/", records.api.inquiries, name="api_inquiries"),
    path(
        "reports/<uuid:public_id>/judge/", records.api.judge_inquiries, name="api_judge_inquiries"
    ),
    path("report-entries/<uuid:public_id>/edit/", records.api.edit_entry, name="api_edit_entry"),
    path("report-entries/<uuid:public_id>/judge/", records.api.judge_entry, name="api_judge_entry"),
    path(
        "report-entries/<uuid:public_id>/remove/",
        records.api.remove_entry,
        name="api_remove_entry",
    ),
    path(
        "inquiries/<uuid:public_id>/remove/", records.api.remove_inquiry, name="api_remove_inquiry"
    ),
    path("complaints/", complaints.api.complaints, name="api_complaints"),
    path("complaints/<uuid:public_id>/", complaints.api.complaint, name="api_complaint"),
    path("complaints/<uuid:public_id>/act/", complaints.api.act, name="api_act"),
    path("complaints/<uuid:public_id>/demands/", complaints.api.mark_demands, name="api_demands"),
    path("complaints/<uuid:public_id>/steps/", complaints.api.steps, name="api_steps"),
    path(
        "complaints/<uuid:public_id>/evidence/",
        complaints.api.evidence_of_case,
        name="api_case_evidence",
    ),
    path("complaints/<uuid:public_id>/messages/", complaints.api.messages, name="api_messages"),
    path("complaints/<uuid:public_id>/questions/", complaints.api.questions, name="api_questions"),
    path("complaints/<uuid:public_id>/letters/", complaints.api.letters, name="api_letters"),
    path("complaints/<uuid:public_id>/documents/", complaints.api.documents, name="api_documents"),
    path("steps/<uuid:public_id>/", complaints.api.step, name="api_step"),
    path("steps/<uuid:public_id>/sent/", complaints.api.sent, name="api_sent"),
    path("steps/<uuid:public_id>/number/", complaints.api.number, name="api_number"),
    path("steps/<uuid:public_id>/reply/", complaints.api.reply, name="api_reply"),
    path("steps/<uuid:public_id>/extend/", complaints.api.extend, name="api_extend"),
    path("steps/<uuid:public_id>/give-up/", complaints.api.give_up, name="api_give_up"),
    path("steps/<uuid:public_id>/take-up/", complaints.api.take_up, name="api_take_up"),
    path("steps/<uuid:public_id>/restart/", complaints.api.restart, name="api_restart"),
    path("evidence/<uuid:public_id>/", complaints.api.evidence, name="api_evidence"),
    path("evidence/<uuid:public_id>/file/", complaints.api.evidence_file, name="api_evidence_file"),
    path("evidence/<uuid:public_id>/describe/", complaints.api.describe, name="api_describe"),
    path("evidence/<uuid:public_id>/mask/", complaints.api.mask, name="api_mask"),
    path("evidence/<uuid:public_id>/restore/", complaints.api.restore, name="api_restore"),
    path(
        "questions/<uuid:public_id>/mark/", complaints.api.mark_question, name="api_mark_question"
    ),
    path("letters/<uuid:public_id>/", complaints.api.letter, name="api_letter"),
    path("letters/<uuid:public_id>/edit/", complaints.api.edit_letter, name="api_edit_letter"),
    path(
        "letters/<uuid:public_id>/freeze/", complaints.api.freeze_letter, name="api_freeze_letter"
    ),
    path("letters/<uuid:public_id>/amend/", complaints.api.amend_letter, name="api_amend_letter"),
    path("letters/<uuid:public_id>/sent/", complaints.api.send_letter, name="api_send_letter"),
    path("documents/<uuid:public_id>/", complaints.api.document, name="api_document"),
    path(
        "documents/<uuid:public_id>/file/", complaints.api.document_file, name="api_document_file"
    ),
    path("follow-ups/", complaints.api.follow_ups, name="api_follow_ups"),
    path("follow-ups/<uuid:public_id>/", complaints.api.follow_up, name="api_follow_up"),
    path("feeds/", complaints.api.feeds, name="api_feeds"),
    path("feeds/<uuid:public_id>/close/", complaints.api.close_feed, name="api_close_feed"),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("explain/", views.explain_page, name="explain"),
    path("explain/keep/", views.keep, name="keep"),
    path("explain/kept/", views.kept, name="kept"),
    path("me/", dashboard.dashboard, name="dashboard"),
    path("me/account/", views.account, name="account_security"),
    path("me/notices/upcoming/", upcoming.upcoming, name="upcoming"),
    path("me/erase/", erasures.erase, name="erase_account"),
    path("me/erase/cancel/", erasures.cancel, name="cancel_erasure"),
    path("erased/<str:receipt_no>/", erasures.receipt, name="erased"),
    path("me/export/", exports.exports, name="exports"),
    path("me/export/<uuid:public_id>/", exports.fetch, name="export_fetch"),
    path("me/export/<uuid:public_id>/progress/", exports.progress, name="export_progress"),
    path("me/export/<uuid:public_id>/file/", exports.download, name="export_file"),
    path("privacy/", views.privacy, name="privacy"),
    path("privacy/data/", data_map_page.data_page, name="data_map"),
    path("method/", views.method, name="method"),
    path("", include("accounts.urls")),
    path("", include("guidance.urls")),
    path("", include("limits.urls")),
    path("plan/debt/", debts.debt, name="debt"),
    path("plan/debt/take-over/", debts.take_over, name="take_over_debts"),
    path("plan/record/", record_effect.record_effect, name="record_effect"),
    path("plan/reports/import/", report_import.import_report, name="import_report"),
    path("plan/entries/<uuid:public_id>/dispute/", disputes.dispute_entry, name="dispute_entry"),
    path("plan/inquiries/<uuid:public_id>/case/", disputes.case_of_inquiry, name="case_of_inquiry"),
    path(
        "plan/inquiries/<uuid:public_id>/dispute/",
        disputes.dispute_inquiry,
        name="dispute_inquiry",
    ),
    path("", include("records.urls")),
    path("", include("complaints.urls")),
    path("accounts/", include("allauth.urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("api/v1/", include(api)),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/", views.api_docs, name="api_docs"),
    path("problems/<slug:slug>/", RedirectView.as_view(url="/api/#%(slug)s"), name="problem"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": sitemaps.PublicPages}}, name="sitemap"),
    path("health/live", health.live, name="live"),
    path("health/ready", health.ready, name="ready"),
    path("version", health.version, name="version"),
    path("office/", admin.site.urls),
]
if settings.DEBUG:
    urlpatterns.append(path("styleguide/", views.styleguide, name="styleguide"))

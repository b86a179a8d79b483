from django.urls import path

from limits.views import assessments, bills, confirmations, explanation, imports, ledger, notices

urlpatterns = [
    path("changes/", ledger.changes, name="changes"),
    path("changes/new/", ledger.log, name="log"),
    path("changes/notice/", notices.notice, name="notice"),
    path("changes/notice/save/", notices.notice_save, name="notice_save"),
    path("changes/<uuid:public_id>/", explanation.change, name="change"),
    path("changes/<uuid:public_id>/correct/", ledger.correct, name="correct"),
    path("changes/<uuid:public_id>/retract/", ledger.retract, name="retract"),
    path("changes/<uuid:public_id>/answer/", explanation.answer, name="answer"),
    path("changes/<uuid:public_id>/request/", explanation.ask_lender, name="ask_lender"),
    path("changes/<uuid:public_id>/assessments/", assessments.assessments, name="assessments"),
    path("changes/<uuid:public_id>/reassess/", assessments.reassess, name="reassess"),
    path("assessments/<uuid:public_id>/", assessments.assessment, name="assessment"),
    path("changes/<uuid:public_id>/reason/", confirmations.confirm_reason, name="confirm_reason"),
    path("readings/new/", ledger.log_reading, name="log_reading"),
    path("readings/<uuid:public_id>/retract/", ledger.retract_reading, name="retract_reading"),
    path("lines/<uuid:public_id>/", ledger.line, name="line"),
    path("migrations/<uuid:public_id>/decide/", explanation.decide, name="decide_migration"),
    path("imports/", imports.imports, name="imports"),
    path("imports/template/<slug:kind>/", imports.template, name="import_template"),
    path("imports/<uuid:public_id>/", imports.batch, name="import"),
    path("imports/<uuid:public_id>/progress/", imports.progress, name="import_progress"),
    path("imports/<uuid:public_id>/confirm/", imports.confirm, name="confirm_import"),
    path("imports/<uuid:public_id>/discard/", imports.discard, name="discard_import"),
    path("imports/<uuid:public_id>/problems/", imports.problems, name="import_problems"),
    path("bills/", bills.bills, name="bills"),
    path("bills/<uuid:public_id>/", bills.bill, name="bill"),
    path("bills/<uuid:public_id>/progress/", bills.progress, name="bill_progress"),
    path("bills/<uuid:public_id>/forget/", bills.forget, name="forget_bill"),
]

from django.urls import path

from records import views

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/about/", views.about, name="plan_about"),
    path("plan/debt/income/", views.income, name="debt_income"),
    path("plan/debt/<uuid:public_id>/", views.edit_debt, name="edit_debt"),
    path("plan/debt/<uuid:public_id>/remove/", views.remove_debt, name="remove_debt"),
    path("plan/reports/", views.reports, name="reports"),
    path("plan/reports/new/", views.new_report, name="new_report"),
    path("plan/reports/<uuid:public_id>/", views.report, name="report"),
    path("plan/reports/<uuid:public_id>/edit/", views.edit_report, name="edit_report"),
    path("plan/reports/<uuid:public_id>/confirm/", views.confirm_report, name="confirm_report"),
    path("plan/reports/<uuid:public_id>/rest/", views.rest_is_right, name="rest_is_right"),
    path("plan/reports/<uuid:public_id>/unread/", views.forget_unread, name="forget_unread"),
    path("plan/reports/<uuid:public_id>/remove/", views.remove_report, name="remove_report"),
    path(
        "plan/reports/<uuid:public_id>/compare/<uuid:other_id>/",
        views.compare_reports,
        name="compare_reports",
    ),
    path("plan/reports/<uuid:public_id>/entries/new/", views.new_entry, name="new_entry"),
    path("plan/reports/<uuid:public_id>/inquiries/", views.inquiries, name="report_inquiries"),
    path("plan/reports/<uuid:public_id>/inquiries/add/", views.add_inquiry, name="add_inquiry"),
    path("plan/entries/<uuid:public_id>/", views.entry, name="report_entry"),
    path("plan/entries/<uuid:public_id>/judge/", views.judge_entry, name="judge_entry"),
    path("plan/entries/<uuid:public_id>/edit/", views.edit_entry, name="edit_entry"),
    path("plan/entries/<uuid:public_id>/remove/", views.remove_entry, name="remove_entry"),
    path("plan/inquiries/<uuid:public_id>/remove/", views.remove_inquiry, name="remove_inquiry"),
    path("plan/<uuid:public_id>/", views.item, name="plan_item"),
    path("plan/<uuid:public_id>/move/", views.move, name="move_item"),
    path("plan/<uuid:public_id>/note/", views.note, name="plan_note"),
    path("plan/<uuid:public_id>/edit/", views.edit, name="edit_own_item"),
    path("plan/<uuid:public_id>/remove/", views.remove, name="remove_own_item"),
]

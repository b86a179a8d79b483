from django.urls import path

from records import views

urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/about/", views.about, name="plan_about"),
    path("plan/debt/income/", views.income, name="debt_income"),
    path("plan/debt/<uuid:public_id>/", views.edit_debt, name="edit_debt"),
    path("plan/debt/<uuid:public_id>/remove/", views.remove_debt, name="remove_debt"),
    path("plan/<uuid:public_id>/", views.item, name="plan_item"),
    path("plan/<uuid:public_id>/move/", views.move, name="move_item"),
    path("plan/<uuid:public_id>/note/", views.note, name="plan_note"),
    path("plan/<uuid:public_id>/edit/", views.edit, name="edit_own_item"),
    path("plan/<uuid:public_id>/remove/", views.remove, name="remove_own_item"),
]

from django.urls import path

from guidance import views

urlpatterns = [
    path("causes/", views.causes, name="causes"),
    path("causes/<slug:slug>/", views.cause, name="cause"),
    path("questions/<slug:page>/", views.question, name="question"),
    path("protect/", views.protect, name="protect"),
    path("report-guide/", views.report_guide, name="report_guide"),
    path("channels/", views.channels, name="channels"),
    path("tips/<slug:slug>/", views.tip, name="tip"),
]

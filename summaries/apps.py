from django.apps import AppConfig


class SummariesConfig(AppConfig):
    name = "summaries"
    verbose_name = "摘要"
    default_auto_field = "django.db.models.BigAutoField"

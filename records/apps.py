from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "信用记录"
    default_auto_field = "django.db.models.BigAutoField"

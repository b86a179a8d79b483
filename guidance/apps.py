from django.apps import AppConfig


class GuidanceConfig(AppConfig):
    name = "guidance"
    verbose_name = "审校内容"
    default_auto_field = "django.db.models.BigAutoField"

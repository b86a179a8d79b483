from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = "投诉"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Whether a reminder still matters is asked here before it is mailed."""
        from accounts.mailing import asks_first
        from complaints import reminders
        from complaints.domain.reminders import DRAFT, FOLLOW_UP, STEP

        asks_first(STEP, reminders.needed_of_steps)
        asks_first(DRAFT, reminders.needed_of_drafts)
        asks_first(FOLLOW_UP, reminders.needed_of_follow_ups)

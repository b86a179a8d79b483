from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "complaints"
    verbose_name = "投诉"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Whether a reminder still matters is asked here before it is mailed; and its name."""
        from accounts.mailing import asks_first
        from accounts.naming import says_names
        from complaints import names, reminders
        from complaints.domain.reminders import DRAFT, FOLLOW_UP, STEP

        asks_first(STEP, reminders.needed_of_steps)
        asks_first(DRAFT, reminders.needed_of_drafts)
        asks_first(FOLLOW_UP, reminders.needed_of_follow_ups)
        says_names(DRAFT, names.of_drafts)

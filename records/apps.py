from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = "信用记录"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Whether a reminder still matters is asked here before it is mailed; and its name."""
        from accounts.mailing import asks_first
        from accounts.naming import says_names
        from records import names, reminders, report_reminders
        from records.domain.reminders import ITEM, PAYMENTS
        from records.domain.report_days import ENTRY, FREE

        asks_first(ITEM, reminders.needed_of_items)
        asks_first(PAYMENTS, reminders.needed_of_payments)
        asks_first(FREE, report_reminders.needed_of_free)
        asks_first(ENTRY, report_reminders.needed_of_entries)
        says_names(ITEM, names.of_items)
        says_names(ENTRY, names.of_entries)

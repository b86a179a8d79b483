"""Who has an open consent of the wording then in force keeps it."""

from django.db import migrations, models

FINANCIAL_DATA = "financial-data"


def remember(apps, schema_editor):
    consents = apps.get_model("accounts", "Consent").objects
    users = apps.get_model("accounts", "User").objects
    open_ones = consents.filter(kind=FINANCIAL_DATA, withdrawn_at=None).order_by("pk")
    for owner, text in open_ones.values_list("owner", "text_version"):
        users.filter(pk=owner).update(agreed_text=text)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_exports_erasures_access"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="agreed_text",
            field=models.CharField(
                blank=True,
                default="",
                editable=False,
                max_length=32,
                verbose_name="同意的文本",
            ),
            preserve_default=False,
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]

"""A factory per model, with a trait per state. Cases are made by the services, as people do."""

import datetime as dt

import factory

from accounts.domain.consents import FINANCIAL_TEXT
from accounts.models import User
from limits.models import CreditLine, LimitChange

EVENT_ON = dt.date(2026, 10, 12)


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    agreed_text = FINANCIAL_TEXT

    class Params:
        staff = factory.Trait(is_staff=True)
        operator = factory.Trait(is_staff=True, is_superuser=True)

    @factory.post_generation
    def verified(self, create, extracted, **kwargs):
        from allauth.account.models import EmailAddress

        EmailAddress.objects.create(user=self, email=self.email, verified=True, primary=True)


class CreditLineFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = CreditLine

    owner = factory.SubFactory(UserFactory)
    product_slug = "jiebei"
    lender_slug = "ant-cf"


class LimitChangeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LimitChange

    line = factory.SubFactory(CreditLineFactory)
    owner = factory.SelfAttribute("line.owner")
    before_fen = 5_000_000
    after_fen = 0
    effective_on = EVENT_ON

    class Params:
        rise = factory.Trait(before_fen=0, after_fen=5_000_000)


def log(owner, **fields):
    """A change logged through the service, with everything that follows from it."""
    from limits.services import log_change

    given = {
        "product": "jiebei",
        "before": 5_000_000,
        "after": 0,
        "effective_on": EVENT_ON,
        "today": dt.date(2026, 11, 22),
        "again": True,
    }
    return log_change(owner=owner, **{**given, **fields})


ANSWERS = {
    "change": {},
    "respondent": {"institution": "ant-cf", "other_name": "", "other_licence": ""},
    "facts": {"story": "", "effect": "", "asked_on": None, "asked_answer": ""},
    "demands": {"demands": ["explain-reason", "human-review"], "wish": ""},
    "contact": {"name": "", "contact": "", "contract_no": ""},
}


def file(owner, change=None, key="key-1", **parts):
    """A complaint filed through the service."""
    from complaints.services import file_complaint, start_draft

    change = change or log(owner)
    draft = start_draft(owner=owner, change=change)
    answers = {slug: {**values, **parts.get(slug, {})} for slug, values in ANSWERS.items()}
    answers["change"] = {"change": str(change.public_id)}
    return file_complaint(draft=draft, answers=answers, key=key, today=dt.date(2026, 11, 22))

"""What search engines may see: the reviewed public pages, and nothing of anyone."""

from datetime import date

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from guidance import content
from guidance.views import PAGES

Place = tuple[str, date | None]  # path, day it was last checked

PLAIN = ("home", "privacy", "data_map", "method", "outcomes")
PRIVATE = (
    "/me/",
    "/changes/",
    "/assessments/",
    "/readings/",
    "/lines/",
    "/migrations/",
    "/imports/",
    "/bills/",
    "/plan/",
    "/records/",
    "/complaints/",
    "/documents/",
    "/evidence/",
    "/calendar/",
    "/explain/keep/",
    "/explain/kept/",
    "/accounts/",
    "/office/",
    "/api/v1/",
    "/i18n/",
    "/health/",
)


class PublicPages(Sitemap):  # type: ignore[type-arg]
    """Addresses come from SITE_URL, never from the Host header."""

    protocol = settings.SITE_URL.partition("://")[0]

    def items(self) -> list[Place]:
        known = content.current()
        plain: list[Place] = [(reverse(name), None) for name in PLAIN]
        causes = list(known.causes.values())
        plain += [(reverse("causes"), max(row.reviewed_on for row in causes))]
        safe = max(row.reviewed_on for row in known.precautions.values())
        plain += [(reverse("protect"), safe)]
        read = max(row.reviewed_on for row in known.report_terms.values())
        plain += [(reverse("report_guide"), read)]
        plain += [(reverse("channels"), max(row.reviewed_on for row in known.channels.values()))]
        plain += [
            (reverse("question", args=[page]), _checked(slug)) for page, slug in PAGES.items()
        ]
        plain += [(reverse("cause", args=[row.slug]), row.reviewed_on) for row in causes]
        plain += [(reverse("tip", args=[row.slug]), row.reviewed_on) for row in known.tips.values()]
        return plain

    def location(self, item: Place) -> str:
        return item[0]

    def lastmod(self, item: Place) -> date | None:
        return item[1]

    def get_domain(self, site: object = None) -> str:
        return settings.SITE_URL.partition("://")[2]


def _checked(page: str) -> date:
    facts = content.current().facts.values()
    return max(fact.reviewed_on for fact in facts if fact.page == page)


@require_safe
@cache_control(public=True, max_age=3600)
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in PRIVATE),
        f"Sitemap: {settings.SITE_URL}{reverse('sitemap')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")

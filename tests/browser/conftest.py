"""A real Chromium against a live server. In CI a missing browser is a failure, elsewhere a skip."""

import os
import shutil

import pytest

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
SIZES = {"phone": {"width": 360, "height": 780}, "desk": {"width": 1280, "height": 900}}

# Playwright's sync API keeps an event loop in this thread; Django would refuse its database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


def chromium_path():
    names = [os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome"]
    return next((path for path in map(shutil.which, filter(None, names)) if path), None)


@pytest.fixture(scope="session")
def chromium():
    path = chromium_path()
    if path is None:
        if os.environ.get("CI") == "true":
            pytest.fail("no browser: set CHROMIUM=/path/to/chromium")
        pytest.skip("no browser found; set CHROMIUM to run the browser tests")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, live_server, transactional_db, django_db_blocker):
    """A page of a size, with or without JavaScript; every foreign request and CSP report fails."""
    contexts = []

    def open_one(size="phone", javascript=True, scheme="light"):
        context = chromium.new_context(
            viewport=SIZES[size],
            java_script_enabled=javascript,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=live_server.url,
            color_scheme=scheme,
            accept_downloads=True,
        )
        contexts.append(context)
        page = context.new_page()
        page.trouble = []
        page.on(
            "request",
            lambda request: (
                request.url.startswith((live_server.url, "data:", "blob:"))
                or page.trouble.append(f"foreign request {request.url}")
            ),
        )
        page.on(
            "console",
            lambda message: (
                message.type == "error"
                and "the server responded with a status of 4" not in message.text
                and page.trouble.append(message.text)
            ),
        )
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()


@pytest.fixture(autouse=True)
def _content(transactional_db):
    """The live server's tables are emptied after every test: load what every site has."""
    from django.core.management import call_command

    from guidance import content

    call_command("sync_content", verbosity=0)
    call_command("sync_groups", verbosity=0)
    content.forget()
    yield
    content.forget()

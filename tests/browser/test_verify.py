"""A bundle is checked in a browser: offline by its own page, and by the public page."""

import hashlib
import random

import pytest
from axe_playwright_python.sync_playwright import Axe

from complaints.documents import whole
from tests.browser.test_accessibility import OPTIONS
from tests.complaints.bundles import ask, opened, whole_case
from tests.factories import UserFactory
from tests.jobs_runner import run_claimable

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WITHOUT_WEBCRYPTO = "Object.defineProperty(Crypto.prototype, 'subtle', {value: undefined})"


@pytest.fixture
def bundle(known):
    person = UserFactory()
    return ask(whole_case(person, run_claimable), run_claimable)


@pytest.fixture
def folder(bundle, tmp_path):
    """The bundle as somebody unpacks it."""
    inside = opened(bundle)
    for path, data in inside.items():
        (tmp_path / "材料" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "材料" / path).write_bytes(data)
    return tmp_path / "材料"


@pytest.fixture(params=[False, True], ids=["WebCrypto", "plain JavaScript"])
def offline(request, chromium, folder):
    """The page of the bundle opened from the disk, without any network."""
    context = chromium.new_context(viewport={"width": 360, "height": 780}, offline=True)
    page = context.new_page()
    page.asked, page.trouble = [], []
    page.set_default_timeout(10_000)
    page.on("request", lambda one: page.asked.append(one.url))
    page.on("console", lambda one: one.type == "error" and page.trouble.append(one.text))
    page.on("pageerror", lambda error: page.trouble.append(str(error)))
    if request.param:
        page.add_init_script(WITHOUT_WEBCRYPTO)
    page.goto((folder / "verify.html").as_uri())
    yield page
    assert page.trouble == []
    assert page.asked == [(folder / "verify.html").as_uri()], "it fetches nothing"
    context.close()


def choose(page, folder):
    page.locator("#folder").set_input_files(str(folder))
    return verdict(page)


def verdict(page):
    return page.locator("#verdict[data-done]").inner_text()


def states(page):
    rows = page.locator("#rows tr").all()
    return {row.get_attribute("data-path"): row.get_attribute("data-state") for row in rows}


def test_an_unchanged_folder_is_whole(offline, folder):
    said = choose(offline, folder)
    count = len([path for path in folder.rglob("*") if path.is_file()])
    assert said == f"全部 {count} 个文件一致，没有改过。"
    assert set(states(offline).values()) == {"same"}
    assert len(states(offline)) == count
    assert offline.evaluate("document.documentElement.scrollWidth") <= 360


def test_every_file_that_is_changed_is_found_and_no_other(offline, folder):
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        before = path.read_bytes()
        changed = bytearray(before)
        changed[len(changed) // 2] ^= 1
        path.write_bytes(bytes(changed))
        name = path.relative_to(folder).as_posix()
        said = choose(offline, folder)
        assert "被改动" in said, name
        assert [where for where, state in states(offline).items() if state == "changed"] == [name]
        path.write_bytes(before)
    assert "没有改过" in choose(offline, folder)


def test_what_is_missing_and_what_does_not_belong_is_named(offline, folder):
    (folder / "report.pdf").unlink()
    (folder / "other.txt").write_text("x")
    (folder / ".DS_Store").write_text("x")
    said = choose(offline, folder)
    assert "1 个缺少" in said
    assert "1 个不在清单里" in said
    assert states(offline)["report.pdf"] == "missing"
    assert "不在清单里" in offline.get_by_role("row", name="other.txt").inner_text()


def test_on_a_phone_all_files_are_picked_at_once_without_folders(offline, folder):
    files = [str(path) for path in folder.rglob("*") if path.is_file()]
    offline.locator("#files").set_input_files(files)
    assert "没有改过" in verdict(offline)


def test_the_sums_alone_cannot_be_swapped_for_others(offline, folder):
    """Someone changes a file and its line in SHA256SUMS: the page has its own list."""
    report, sums = folder / "report.pdf", folder / "SHA256SUMS"
    old = hashlib.sha256(report.read_bytes()).hexdigest()
    report.write_bytes(b"other")
    new = hashlib.sha256(b"other").hexdigest()
    sums.write_text(sums.read_text().replace(old, new))
    choose(offline, folder)
    assert states(offline)["report.pdf"] == "changed"
    assert states(offline)["SHA256SUMS"] == "changed"


def test_the_page_can_be_read_by_everybody(offline, folder):
    choose(offline, folder)
    found = Axe().run(offline, options=OPTIONS).response["violations"]
    assert [(row["id"], [node["target"] for node in row["nodes"]]) for row in found] == []


def test_both_ways_of_hashing_agree_with_ours(chromium, live_server, known):
    """Every length around a block, and one beyond what WebCrypto is given."""
    page = chromium.new_page(base_url=live_server.url)
    page.goto("/verify/ABCDE-FGHJ-KLMN/")
    chance = random.Random(7)
    for length in [*range(131), 1000, 5_000_011]:
        data = chance.randbytes(length)
        told = page.evaluate(
            "text => new Sha256().update(Uint8Array.from(atob(text), c => c.charCodeAt(0))).hex()",
            __import__("base64").b64encode(data).decode(),
        )
        assert told == hashlib.sha256(data).hexdigest(), length
    page.close()


@pytest.mark.parametrize("webcrypto", [True, False], ids=["WebCrypto", "plain JavaScript"])
def test_the_public_page_tells_a_genuine_zip_from_a_changed_one(
    open_page, bundle, tmp_path, webcrypto
):
    genuine, changed = tmp_path / "a.zip", tmp_path / "b.zip"
    data = whole(bundle)
    genuine.write_bytes(data)
    changed.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    page = open_page("phone")
    if not webcrypto:
        page.add_init_script(WITHOUT_WEBCRYPTO)
    for path, said in ((genuine, "一致：这个文件是本站生成的"), (changed, "不一致：")):
        page.goto("/verify/")
        page.get_by_label("核验码").fill(bundle.verify_code.lower())
        page.get_by_role("button", name="下一步").click()
        chooser = page.get_by_label("选文件")
        chooser.wait_for()  # hidden until its script listens
        chooser.set_input_files(str(path))
        page.get_by_text(said).wait_for()
    assert page.trouble == []
    found = Axe().run(page, options=OPTIONS).response["violations"]
    assert [row["id"] for row in found] == []


def test_without_javascript_the_hash_is_pasted(open_page, bundle):
    page = open_page("phone", javascript=False)
    page.goto(f"/verify/{bundle.verify_code}/")
    assert not page.get_by_label("选文件").is_visible()
    page.get_by_label("SHA-256").first.fill(bundle.sha256)
    page.get_by_role("button", name="核对").click()
    page.get_by_text("一致：这个文件是本站生成的").wait_for()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_a_bundle_is_asked_for_watched_and_fetched(
    open_page, client, known, live_server, tmp_path, javascript
):
    person = UserFactory()
    case = whole_case(person, run_claimable)
    client.force_login(person)
    page = open_page("phone", javascript=javascript)
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(f"/complaints/{case.public_id}/documents/new/")
    page.get_by_label("全部材料").check()
    page.get_by_role("button", name="开始生成").click()
    page.get_by_text("排队中").wait_for()
    run_claimable()
    if not javascript:
        page.get_by_role("link", name="刷新看看").click()
    page.get_by_role("link", name="下载 全部材料").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="下载 全部材料").click()
    got = tmp_path / "got.zip"
    waiting.value.save_as(got)
    assert waiting.value.suggested_filename == f"全部材料-{case.receipt_no}.zip"
    row = case.documents.get(kind="bundle")
    assert hashlib.sha256(got.read_bytes()).hexdigest() == row.sha256
    assert page.trouble == []
    if javascript:  # axe is a script itself: without scripts it would wait for ever
        found = Axe().run(page, options=OPTIONS).response["violations"]
        assert [(one["id"], [node["target"] for node in one["nodes"]]) for one in found] == []

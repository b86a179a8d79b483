"""The inbox: what a person was told, once; and how he wants e-mails."""

import pytest
from django.db import connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.enums import UNCHOSEN, NoticeKind
from accounts.mails import message, unsubscribe_url
from accounts.models import Notice, NoticeChoice
from accounts.naming import names_of
from accounts.services import choose_how, read_notice, tell, tell_all
from accounts.wording import SENTENCES, wording
from complaints.models import ComplaintDraft
from guidance import content
from portal.context import MOST_UNREAD, unread_notices
from records.models import PlanItem

DATA = {"receipt_no": "LL20261122-ABCDEF", "on": "2026-11-17", "certainty": "firm"}


def told(owner, number=0, stage="on:2026-11-17", kind="deadline", path="/complaints/", **data):
    return tell(
        owner=owner,
        kind=kind,
        about=f"complaints.step:{number}",
        stage=stage,
        path=path,
        data={**DATA, **data},
    )


def off_address(owner, kind="deadline"):
    return unsubscribe_url(owner, kind).partition("/me/")[2]


class TestTelling:
    def test_one_thing_is_told_once_a_stage(self, person, other):
        assert told(person) is not None
        assert told(person, on="2026-11-18") is None
        assert told(person, stage="after:2026-11-17") is not None
        assert told(person, number=1) is not None
        assert told(other) is not None
        assert Notice.objects.count() == 4
        assert Notice.objects.for_user(person).first().data["on"] == "2026-11-17"

    def test_it_goes_with_its_cause_or_not_at_all(self, person):
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            told(person)
            raise ZeroDivisionError
        assert not Notice.objects.exists()

    def test_many_at_once_leave_what_was_told_before(self, person):
        first = told(person)
        rows = [
            Notice(
                owner=person,
                kind="deadline",
                about=f"complaints.step:{number}",
                stage="on:2026-11-17",
                data={},
            )
            for number in range(3)
        ]
        tell_all(rows)
        assert Notice.objects.count() == 3
        first.refresh_from_db()
        assert first.data == DATA

    def test_reading_twice_keeps_the_first_moment(self, person):
        notice, now = told(person), timezone.now()
        read_notice(notice=notice, now=now)
        read_notice(notice=notice, now=now + timezone.timedelta(hours=1))
        notice.refresh_from_db()
        assert notice.read_at == now


class TestWording:
    @pytest.mark.parametrize(("kind", "stage"), list(SENTENCES), ids=str)
    def test_every_sentence_is_made_of_data_alone(self, kind, stage):
        data = {**DATA, "before": "2026-11-17", "to": "2026-11-20", "count": 1}
        words = wording(Notice(kind=kind, stage=f"{stage}:2026-11-17", data=data))
        assert "%(" not in words.title + words.text
        assert words.text
        of_a_case = kind in (NoticeKind.DEADLINE, NoticeKind.CLOCK_MOVED, NoticeKind.FOLLOW_UP)
        assert (DATA["receipt_no"] in words.title) is of_a_case
        assert len(words.title) < 60

    @pytest.mark.parametrize(
        ("certainty", "said"),
        [
            ("firm", ""),
            ("provisional", "暂定"),
            ("soft", "不是法定期限"),
            ("extended", "延长后"),
            ("none", ""),
            (None, ""),
        ],
    )
    def test_a_day_that_is_not_firm_says_so(self, certainty, said):
        notice = Notice(kind="deadline", stage="on:x", data={**DATA, "certainty": certainty})
        assert said in wording(notice).text
        assert ("这一天是" in wording(notice).text or "只是参考" in wording(notice).text) == bool(
            said
        )

    def test_a_stage_nobody_knows_and_missing_data_still_make_a_page(self):
        assert wording(Notice(kind="deadline", stage="later:x", data={})).title
        assert "—" in wording(Notice(kind="deadline", stage="on:x", data={})).title


class TestInbox:
    def test_what_was_not_seen_comes_first(self, signed_in, person):
        for number in range(4):
            notice = told(person, number, on=f"2026-11-0{number + 1}")
            if number in (1, 3):
                read_notice(notice=notice, now=timezone.now())
        text = signed_in.get("/me/notices/").content.decode()
        places = [text.index(f"2026-11-0{number}") for number in (3, 1, 4, 2)]
        assert places == sorted(places)
        assert text.count("没看过</") == 2

    def test_empty_says_what_will_be_here(self, signed_in, known):
        text = signed_in.get("/me/notices/").content.decode()
        assert "还没有通知" in text
        assert "/complaints/" in text

    def test_opening_one_marks_it_and_leads_on(self, signed_in, person):
        notice = told(person, path="/complaints/x/#step-1")
        answer = signed_in.post(f"/me/notices/{notice.public_id}/read/")
        assert (answer.status_code, answer["Location"]) == (302, "/complaints/x/#step-1")
        notice.refresh_from_db()
        assert notice.read_at
        assert "没看过</" not in signed_in.get("/me/notices/").content.decode()

    def test_all_are_marked_at_once_and_only_the_own_ones(self, signed_in, person, other):
        told(person), told(person, 1), told(other)
        signed_in.post("/me/notices/")
        assert not Notice.objects.for_user(person).unread().exists()
        assert Notice.objects.for_user(other).unread().count() == 1

    def test_looking_changes_nothing(self, signed_in, person):
        notice = told(person)
        signed_in.get("/me/notices/")
        assert signed_in.get(f"/me/notices/{notice.public_id}/read/").status_code == 405
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_what_is_no_longer_needed_is_not_shown(self, signed_in, person):
        told(person)
        Notice.objects.update(state="dropped")
        assert "还没有通知" in signed_in.get("/me/notices/").content.decode()

    def test_pages_follow_each_other_without_gap_or_repeat(self, signed_in, person):
        import re

        for number in range(65):
            notice = told(person, number, receipt_no=f"LL-{number:03}")
            if number % 2:
                read_notice(notice=notice, now=timezone.now())
        address, seen = "/me/notices/", []
        while address:
            text = signed_in.get(address).content.decode()
            seen += re.findall(r"<h2>[^<]*(LL-\d{3})", text)
            more = re.search(r'href="(\?after=[^"]+)" rel="next"', text)
            address = more and f"/me/notices/{more[1]}"
        assert len(seen) == len(set(seen)) == 65
        assert all(int(name[3:]) % 2 == 0 for name in seen[:33])

    def test_the_queries_do_not_grow(self, signed_in, person, django_assert_max_num_queries):
        for number in range(30):
            told(person, number)
        with django_assert_max_num_queries(5):
            signed_in.get("/me/notices/")

    def test_a_cursor_nobody_made_shows_the_first_page(self, signed_in, person):
        told(person)
        for after in ("x", "WyI5OTk5LTEyLTMxVDAwOjAwOjAwKzAwOjAwIiwxXQ==", "\x00"):
            assert signed_in.get("/me/notices/", {"after": after}).status_code == 200

    def test_anothers_notice_is_404(self, signed_in, other):
        notice = told(other)
        assert signed_in.post(f"/me/notices/{notice.public_id}/read/").status_code == 404
        notice.refresh_from_db()
        assert notice.read_at is None

    def test_the_anonymous_are_asked_to_sign_in(self, client, person):
        notice = told(person)
        for path in ("", "settings/", f"{notice.public_id}/read/"):
            assert "/accounts/login/" in client.post(f"/me/notices/{path}")["Location"]


class TestHeader:
    def test_the_count_stands_in_the_menu_of_private_pages_only(self, signed_in, person, known):
        told(person), told(person, 1)
        assert "2<span" in signed_in.get("/me/account/").content.decode()
        public = signed_in.get("/causes/").content.decode()
        assert "没看过的通知" not in public
        read_notice(notice=Notice.objects.first(), now=timezone.now())
        assert "1<span" in signed_in.get("/me/account/").content.decode()

    @pytest.mark.parametrize(
        ("path", "anonymous", "queries"),
        [("/me/", False, 1), ("/causes/", False, 0), ("/me/", True, 0), ("/", False, 0)],
    )
    def test_what_the_count_costs(
        self, person, path, anonymous, queries, django_assert_num_queries
    ):
        from django.contrib.auth.models import AnonymousUser

        request = RequestFactory().get(path)
        request.user = AnonymousUser() if anonymous else person
        with django_assert_num_queries(queries):
            unread_notices(request)

    def test_the_count_ends_somewhere(self, person):
        tell_all(
            Notice(owner=person, kind="draft", about=f"x:{number}", stage="x")
            for number in range(MOST_UNREAD + 20)
        )
        request = RequestFactory().get("/me/")
        request.user = person
        assert unread_notices(request) == MOST_UNREAD


class TestChoosing:
    def test_each_kind_is_chosen_by_itself(self, signed_in, person):
        form = dict.fromkeys(NoticeKind.values, "now")
        rest = {"language": "en", "quiet_from": "23", "quiet_to": "7"}
        changed = {"draft": "none", "plan": "weekly"}
        answer = signed_in.post("/me/notices/settings/", {**form, **changed, **rest}, follow=True)
        assert "已保存" in answer.content.decode()
        person.refresh_from_db()
        assert (person.language, person.quiet_from, person.quiet_to) == ("en", 23, 7)
        chosen = dict(NoticeChoice.objects.for_user(person).values_list("kind", "how"))
        assert chosen == {**form, **changed}
        assert signed_in.get("/me/notices/settings/").context["form"].initial["draft"] == "none"

    def test_all_kinds_are_chosen_at_once(self, signed_in, person):
        form = dict.fromkeys(NoticeKind.values, "now") | {"every": "none"}
        rest = {"language": "zh-hans", "quiet_from": "22", "quiet_to": "8"}
        assert "全部种类" in signed_in.get("/me/notices/settings/").content.decode()
        signed_in.post("/me/notices/settings/", {**form, **rest})
        chosen = dict(NoticeChoice.objects.for_user(person).values_list("kind", "how"))
        assert chosen == dict.fromkeys(NoticeKind.values, "none")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"draft": "hourly"},
            {"every": "hourly"},
            {"language": "xx"},
            {"deadline": ""},
            {"quiet_from": "24"},
            {"quiet_to": ""},
            {"quiet_to": "-1"},
        ],
        ids=str,
    )
    def test_what_cannot_be_chosen_is_refused_and_nothing_is_kept(self, signed_in, person, wrong):
        rest = {"language": "zh-hans", "quiet_from": "22", "quiet_to": "8"}
        form = {**dict.fromkeys(NoticeKind.values, "none"), **rest, **wrong}
        answer = signed_in.post("/me/notices/settings/", form)
        assert answer.status_code == 422
        assert not NoticeChoice.objects.exists()

    def test_who_never_chose_sees_what_holds(self, signed_in):
        initial = signed_in.get("/me/notices/settings/").context["form"].initial
        assert (initial["deadline"], initial["plan"], initial["payment"]) == ("now", "daily", "now")
        assert (initial["quiet_from"], initial["quiet_to"]) == (22, 8)
        page = signed_in.get("/me/notices/settings/").content.decode()
        assert '<option value="22" selected>22:00</option>' in page


def test_every_kind_has_a_way_and_words():
    """A new kind is given both."""
    assert set(UNCHOSEN) == set(NoticeKind)
    assert {kind for kind, _stage in SENTENCES} == set(NoticeKind)


class TestUnsubscribing:
    @pytest.fixture
    def strict(self):
        """A mail program: no cookies, no CSRF token."""
        return Client(enforce_csrf_checks=True)

    def test_looking_only_asks(self, strict, person):
        page = strict.get(f"/me/{off_address(person)}")
        assert page.status_code == 200
        assert "不再发" in page.content.decode()
        assert not NoticeChoice.objects.exists()

    def test_one_post_ends_one_kind_without_signing_in(self, strict, person):
        body = {"List-Unsubscribe": "One-Click"}
        page = strict.post(f"/me/{off_address(person, 'draft')}", body)
        assert "已经关了" in page.content.decode()
        (choice,) = NoticeChoice.objects.all()
        assert (choice.owner, choice.kind, choice.how) == (person, "draft", "none")
        strict.post(f"/me/{off_address(person, 'draft')}", body)
        assert NoticeChoice.objects.count() == 1

    def test_the_page_shows_nothing_of_the_person(self, strict, person):
        assert person.email not in strict.get(f"/me/{off_address(person)}").content.decode()

    def test_it_opens_nothing_else(self, strict, person):
        strict.post(f"/me/{off_address(person)}")
        assert strict.get("/me/notices/").status_code == 302

    @pytest.mark.parametrize("change", [lambda s: s[:-3] + "x/", lambda s: "x" + s], ids="ab")
    def test_an_altered_address_does_nothing(self, strict, person, change):
        address = off_address(person)
        start, signed = address.rsplit("off/", 1)
        assert strict.post(f"/me/{start}off/{change(signed)}").status_code == 404
        assert not NoticeChoice.objects.exists()

    def test_one_signed_for_something_else_does_nothing(self, strict, person):
        from django.core import signing

        signed = signing.dumps({"owner": str(person.public_id), "kind": "deadline"}, salt="else")
        assert strict.post(f"/me/notices/off/{signed}/").status_code == 404

    def test_an_address_of_an_earlier_release_still_ends_its_kind(self, strict, person):
        from django.core import signing

        said = {"owner": str(person.public_id), "kind": "draft"}
        signed = signing.dumps(said, salt="accounts.unsubscribe")
        assert strict.post(f"/me/notices/off/{signed}/").status_code == 200
        assert NoticeChoice.objects.get().kind == "draft"

    def test_one_of_a_kind_nobody_knows_does_nothing(self, strict, person):
        from django.core import signing

        said = {"owner": str(person.public_id), "kinds": ["draft", "x"]}
        signed = signing.dumps(said, salt="accounts.unsubscribe")
        assert strict.post(f"/me/notices/off/{signed}/").status_code == 404
        assert not NoticeChoice.objects.exists()

    def test_after_the_account_is_gone_it_opens_nothing(self, strict, person):
        address = off_address(person)
        person.delete()
        assert strict.get(f"/me/{address}").status_code == 404

    def test_and_it_can_be_switched_on_again(self, signed_in, person):
        choose_how(owner=person, kind="deadline", how="none")
        choose_how(owner=person, kind="deadline", how="now")
        assert NoticeChoice.objects.get().how == "now"


def test_the_account_takes_its_notices_along(person, other):
    told(person), told(other)
    choose_how(owner=person, kind="draft", how="none")
    person.delete()
    assert (Notice.objects.count(), NoticeChoice.objects.count()) == (1, 0)


class TestNames:
    """The site says what a notice is about; an e-mail never does."""

    def told_of(self, owner, row, prefix, kind="plan", stage="soon:2026-11-17"):
        return tell(
            owner=owner,
            kind=kind,
            about=f"{prefix}:{row.public_id}",
            stage=stage,
            path="/plan/",
            data={"on": "2026-11-17"},
        )

    @pytest.fixture
    def three(self, person):
        step = PlanItem.objects.create(owner=person, tip_code="T18")
        own = PlanItem.objects.create(owner=person, own_title="给客服打电话")
        typed = {"change": {"topic": "record"}, "respondent": {"text": "甲银行"}}
        draft = ComplaintDraft.objects.create(owner=person, typed=typed)
        self.told_of(person, step, "records.item")
        self.told_of(person, own, "records.item")
        self.told_of(person, draft, "complaints.draft", "draft", "expires:2026-11-17")
        return known_title("T18"), "给客服打电话", "征信报告里有错误 · 甲银行"

    def test_the_inbox_says_which_step_and_which_draft(self, signed_in, three):
        html = signed_in.get("/me/notices/").content.decode()
        assert all(f"<strong>{name}</strong>" in html for name in three)

    def test_so_does_the_api(self, signed_in, three):
        rows = signed_in.get("/api/v1/notices/").json()["results"]
        assert {row["name"] for row in rows} == set(three)

    def test_a_page_asks_once_for_each_kind_of_thing(self, person, three):
        rows = list(Notice.objects.for_user(person))
        with CaptureQueriesContext(connection) as asked:
            names_of(person, rows)
        assert len(asked) == 2

    def test_nobody_learns_the_name_of_somebody_elses_thing(self, person, other, three):
        theirs = PlanItem.objects.create(owner=other, own_title="别人的事")
        notice = self.told_of(person, theirs, "records.item", stage="over:2026-11-17")
        assert notice.pk not in names_of(person, [notice])

    def test_an_e_mail_does_not_say_it(self, person, three):
        mail = message(list(Notice.objects.for_user(person)))
        assert not any(name in mail.subject + mail.text for name in (*three, "甲银行"))


def known_title(code):
    return content.current().tips[code].title.zh


def test_the_english_inbox_is_english(signed_in, person):
    told(person)
    with translation.override("en"):
        words = wording(Notice.objects.get())
    assert words.title

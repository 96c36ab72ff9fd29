"""What an address makes of the page for a class."""

from hypothesis import given
from hypothesis import strategies as st

from skipviz.ui.session.lesson import LONGEST, NO_LESSON, PARTS, Lesson, lesson_in

LESSONS = st.builds(
    Lesson,
    title=st.text(st.characters(categories=("L", "N", "P")), max_size=80),
    task=st.text(st.characters(categories=("L", "N", "P")), max_size=600),
    hidden=st.frozensets(st.sampled_from([*PARTS])),
)


@given(LESSONS)
def test_a_lesson_comes_back_from_its_link(lesson: Lesson) -> None:
    assert lesson_in(lesson.query) == lesson


@given(st.dictionaries(st.sampled_from(["title", "task", "hide", "n"]), st.text()))
def test_whatever_an_address_says_a_lesson_is_short_printable_and_hides_what_there_is(
    query: dict[str, str],
) -> None:
    lesson = lesson_in(query)
    assert len(lesson.title) <= LONGEST["title"]
    assert len(lesson.task) <= LONGEST["task"]
    assert all(each.isprintable() or each == "\n" for each in lesson.title + lesson.task)
    assert lesson.hidden <= PARTS.keys()


def test_an_address_that_says_nothing_is_no_lesson() -> None:
    assert lesson_in({"n": "token", "hide": "nothing,,"}) == NO_LESSON
    assert NO_LESSON.query == {}

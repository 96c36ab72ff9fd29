"""A bounded memory: what was asked for last stays."""

from skipviz.ui.session.recent import Recent


def test_the_one_asked_for_longest_ago_goes_first() -> None:
    memory: Recent[str, int] = Recent(2)
    memory.keep("a", 1)
    memory.keep("b", 2)
    assert memory.find("a") == 1
    memory.keep("c", 3)
    assert [memory.find(key) for key in "abc"] == [1, None, 3]


def test_sizes_add_up_and_what_is_too_large_alone_is_not_kept() -> None:
    memory: Recent[str, str] = Recent(5, len)
    memory.keep("a", "xxx")
    memory.keep("b", "xx")
    memory.keep("c", "x")
    assert [memory.find(key) for key in "abc"] == [None, "xx", "x"]
    memory.keep("d", "x" * 6)
    assert [memory.find(key) for key in "bcd"] == [None, None, None]

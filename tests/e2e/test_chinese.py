"""The page in Chinese: by the browser, by a link, by the switch; and no English that is left."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from skipviz import link, presets
from skipviz.settings import Settings
from tests.e2e.english import english_on
from tests.e2e.helpers import address_of, click_arc, drag, drawn_on, open_app, pick, settled


@pytest.fixture
def chinese(browser: Browser) -> Iterator[Page]:
    """A tab of a browser whose reader asks for Chinese."""
    profile = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    profile.set_default_timeout(60_000)
    yield profile.new_page()
    profile.close()


def language(page: Page) -> str:
    found: str = page.evaluate("document.documentElement.lang")
    return found


def switch(page: Page, name: str) -> None:
    page.locator(".st-key-languages").get_by_role("button", name=name).click()


def test_a_browser_that_asks_for_chinese_gets_it_from_the_first_picture_on(
    chinese: Page, server: str
) -> None:
    answer = chinese.goto(server)
    assert answer is not None
    assert '<html lang="zh-CN"' in answer.text()
    open_app(chinese, server)
    assert language(chinese) == "zh-CN"
    expect(chinese.get_by_role("button", name="训练", exact=True)).to_be_visible()
    expect(chinese.locator(".editor .hint")).to_contain_text("从一层拖到另一层")
    assert "lang=" not in address_of(chinese)


def test_the_language_changes_in_the_middle_of_a_run_and_nothing_is_lost(
    page: Page, server: str
) -> None:
    token = link.encode(presets.load("default"), Settings(steps=5000))
    open_app(page, f"{server}/?n={token}")
    drag(page, page.locator('[data-layer="2"]'), page.locator('[data-layer="9"]'))
    expect(page.locator('[data-skip="2-9"]')).to_have_count(1)
    page.locator(".st-key-part_form").get_by_text("Edit without dragging").click()
    expect(page.get_by_role("button", name="Add skip")).to_be_visible()
    page.get_by_role("button", name="Train", exact=True).click()
    expect(page.get_by_text(re.compile(r"Step \d+ of 5000 · .* per second"))).to_be_visible()
    before = drawn_on(page)
    switch(page, "中文")
    expect(page.get_by_role("button", name="添加跳跃连接")).to_be_visible()
    expect(page.get_by_text(re.compile(r"第 \d+ / 5000 步 · .* 上每秒 \d+ 步"))).to_be_visible()
    page.get_by_role("button", name="停止", exact=True).click()
    expect(page.get_by_role("button", name="训练", exact=True)).to_be_visible()
    assert language(page) == "zh-CN"
    assert drawn_on(page) == before
    assert "lang=zh" in address_of(page)
    expect(page.locator('[data-skip="2-9"]')).to_have_attribute(
        "aria-label", "从 2 到 9 的跳跃连接，相加"
    )
    page.get_by_role("button", name="撤销").first.click()
    expect(page.locator('[data-skip="2-9"]')).to_have_count(0)
    page.reload()
    expect(page.get_by_role("button", name="留存", exact=True)).to_be_enabled()
    assert language(page) == "zh-CN"
    switch(page, "English")
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_visible()
    expect(page.locator(".editor .hint, .editor .what").first).to_contain_text("layer")
    assert "lang=en" in address_of(page)


def test_a_link_opens_in_its_language_and_keeps_it_on_other_pages(page: Page, server: str) -> None:
    open_app(page, f"{server}/?lang=zh")
    page.get_by_role("link", name="学习").click()
    expect(page.get_by_role("link", name="你的模型")).to_be_visible()
    settled(page)
    expect(page.locator(".st-key-languages").get_by_role("button", name="English")).to_be_visible()
    assert language(page) == "zh-CN"


def test_no_english_is_left_on_any_page(page: Page, server: str) -> None:
    open_app(page, f"{server}/?lang=zh")
    page.get_by_text("自己的数据", exact=True).click()
    expect(page.get_by_role("radio", name="擦除")).to_be_visible()
    page.get_by_text("不用拖动来编辑", exact=True).click()
    expect(page.get_by_role("button", name="添加跳跃连接")).to_be_visible()
    page.locator(".editor .help summary").click()
    assert english_on(page, *STREAMLIT) == []
    page.locator(".editor .help summary").click()
    page.get_by_role("button", name="更多").click()
    expect(page.get_by_text("学习率计划")).to_be_visible()
    assert english_on(page, *STREAMLIT) == []
    page.keyboard.press("Escape")
    page.get_by_role("button", name="导出").click()
    expect(page.get_by_text("从 JSON 打开网络")).to_be_visible()
    assert english_on(page, *STREAMLIT) == []
    page.keyboard.press("Escape")
    for view in page.locator('[class*="st-key-view_"] [role="radio"]').all():
        view.click()
        settled(page)
        assert english_on(page, *STREAMLIT) == [], view.text_content()
    for title, shown in PAGES.items():
        page.get_by_test_id("stTopNav").get_by_role("link", name=title, exact=True).click()
        expect(page.get_by_text(shown).first).to_be_visible()
        settled(page)
        assert english_on(page, *STREAMLIT) == [], title
    page.get_by_test_id("stTopNav").get_by_role("link", name="学习", exact=True).click()
    page.locator(".st-key-to_glossary button").click()
    expect(page.get_by_role("textbox", name="搜索")).to_be_visible()
    settled(page)
    assert english_on(page, *STREAMLIT) == []


def test_no_english_is_left_in_the_inspector(page: Page, server: str) -> None:
    open_app(page, f"{server}/?lang=zh")
    inspected = page.get_by_role("combobox", name="查看", exact=True)
    page.locator('[data-layer="4"]').click()
    expect(inspected).to_have_value("第 4 层：全连接")
    expect(page.get_by_role("combobox", name="激活函数").last).to_have_value("ReLU（全局）")
    assert english_on(page, *STREAMLIT) == []
    click_arc(page, page.locator('[data-skip="1-3"]'))
    expect(inspected).to_have_value("跳跃连接 1 → 3：相加")
    assert english_on(page, *STREAMLIT) == []
    page.locator('[data-layer="41"]').click()
    expect(inspected).to_have_value("输出层")
    settled(page)
    assert english_on(page, *STREAMLIT) == []
    pick(page, "查看", "所有层")
    pick(page, "初始权重", "正交")
    switch(page, "English")
    chosen = page.get_by_role("combobox", name="Initial weights", exact=True)
    expect(chosen).to_have_value("orthogonal")
    expect(page.get_by_role("combobox", name="Inspect", exact=True)).to_have_value("All layers")
    settled(page)
    assert drawn_on(page)[0].defaults.init.scheme == "orthogonal"


PAGES = {
    "实验": "引导实验", "学习": "什么是跳跃连接", "路径": "路径长度", "损失曲面": "半径 R",
    "研究": "一条跳连放在哪里", "你的模型": "显示的步",
}  # fmt: skip
"""The pages beside the Playground, and what is seen of each before anything is measured."""
STREAMLIT = (
    "Skip to main content", "Choose an option", "Choose options", "CSV, TSV, TXT, NPZ, ZIP",
    "Clear all", "Remove", "Drag and drop file here", "Drag and drop files here",
    "Browse files", "per file", "Help for",
)  # fmt: skip
"""Said by Streamlit's own widgets, which know English alone."""

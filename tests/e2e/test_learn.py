"""The Learn page in the real browser: every chapter shows something that is measured."""

import re

from playwright.sync_api import Page, expect

from skipviz.teaching import CHAPTERS
from tests.e2e.helpers import open_app, settled


def test_every_chapter_is_walked_through_and_measures_something(page: Page, server: str) -> None:
    open_app(page, server)
    page.get_by_role("link", name="Learn", exact=True).click()
    for number, chapter in enumerate(CHAPTERS, start=1):
        settled(page)
        page.get_by_role("button", name=f"{number}. {chapter.title}").first.click()
        expect(page.get_by_role("heading", name=chapter.title, level=1)).to_be_visible()
        first = page.locator(f".st-key-section_{chapter.id}_{chapter.sections[0].id}")
        expect(first.locator(".measured-verdict")).to_have_count(1)  # none of the chapter before
        expect(first.locator(".measured-verdict")).not_to_be_empty()
        drawn = first.locator('[data-testid^="chart-learn"][data-traces], .measured-table')
        expect(drawn.first).to_be_visible()
        expect(page.get_by_test_id("stException")).to_have_count(0)
        page.wait_for_url(re.compile(f"chapter={chapter.id}"))
    page.get_by_role("button", name="Glossary").first.click()
    expect(page.locator(".glossary dt").first).to_be_visible()


def test_the_equations_the_words_and_back_through_the_pages(page: Page, server: str) -> None:
    open_app(page, server)
    page.get_by_role("link", name="Learn", exact=True).click()
    expect(page.locator(".measured-verdict").first).not_to_be_empty()
    settled(page)
    page.get_by_role("button", name="3. The forward skip p → q").first.click()
    section = page.locator(".st-key-section_forward_gradient")
    expect(section.locator(".katex-display").first).to_be_visible()
    expect(page.locator(".katex-error")).to_have_count(0)
    term = section.locator(".term").first
    term.focus()
    shown = "getComputedStyle(document.activeElement, '::after').content"
    assert "matrix" in page.evaluate(shown)
    settled(page)
    page.locator(".st-key-section_forward_forward-pass").get_by_role(
        "button", name="Open in the Playground"
    ).click()
    drawn = page.locator('[data-skip="3-7"]')
    expect(drawn).to_have_count(1)
    forward, first = (
        page.get_by_role("heading", name=title, level=1)
        for title in ("The forward skip p → q", "What a skip connection is")
    )
    for step, shown, address in (
        (page.go_back, forward, r"/learn\?chapter=forward$"),
        (page.go_back, first, r"/learn(\?chapter=what)?$"),
        (page.go_back, page.locator("[data-layer]").first, "/$"),
        (page.go_forward, first, r"/learn(\?chapter=what)?$"),
        (page.go_forward, forward, r"/learn\?chapter=forward$"),
        (page.go_forward, drawn, r"/\?n=[^&]*$"),
    ):
        settled(page)
        step()
        expect(shown).to_be_visible()
        settled(page)
        expect(page).to_have_url(re.compile(address))

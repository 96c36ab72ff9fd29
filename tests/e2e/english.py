"""English that is left on a page in another language."""

from playwright.sync_api import Page

from tests.chinese import english_in

NAMES = (
    "skipviz", "Leaky ReLU", "Frobenius", "float32", "torch.optim", "Post-LN", "Pre-LN",
)  # fmt: skip
"""Names that are not translated."""
_TEXTS = """() => {
  const texts = [];
  const visible = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const look = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (["SCRIPT", "STYLE", "TEMPLATE", "CODE", "PRE"].includes(element.tagName)) continue;
      if (element.shadowRoot) look(element.shadowRoot);
      if (!visible(element) || element.closest("[lang=en], .js-plotly-plot .hoverlayer")) continue;
      for (const node of element.childNodes) if (node.nodeType === 3) texts.push(node.data);
      for (const name of ["aria-label", "title", "placeholder", "alt"]) {
        const said = element.getAttribute(name);
        if (said && !element.closest('[data-testid="stHeader"], [data-testid="stToolbar"]')) {
          texts.push(said);
        }
      }
    }
  };
  look(document.body);
  return texts;
}"""


def english_on(page: Page, *names: str) -> list[str]:
    """Visible texts, also those for screen readers, with two or more English words in a row.

    `names` are allowed beside `NAMES`; what Streamlit itself says in its header is left out.
    """
    texts: list[str] = page.evaluate(_TEXTS)
    return sorted({text.strip() for text in texts if english_in(text, *NAMES, *names)})

"""The page from top to bottom."""

import streamlit as st

from skipviz.language import N_, _
from skipviz.ui.components.headline import headline
from skipviz.ui.components.lazy_expander import lazy_expander
from skipviz.ui.landscape.controls import controls
from skipviz.ui.landscape.shown import Shown, SliceComputation, draw, say
from skipviz.ui.session import shared
from skipviz.ui.shell.computing import refreshed
from skipviz.ui.shell.drawn_network import about_network, require_valid
from skipviz.ui.shell.page import open_page

QUESTION = N_("How quickly does the loss rise around the weights that training found?")
ANSWER = N_(
    "Compute trains every arm, then measures the loss on a grid around its weights: a slice along "
    "two random directions, the same for all arms, after Li et al. 2018."
)
OUTDATED = N_("The drawing has changed since this slice. Compute again to see its own.")
KNOWN = N_("""
Li and others (2018, *Visualizing the Loss Landscape of Neural Nets*) drew such slices of networks
trained on CIFAR-10: nearly convex around a ResNet-56, “chaotic” around the same network without its
skips. What small networks show of this, and what they do not:

- The **width** of the low part. It is what the sentence above reports, and with skips it is often
  larger.
- Not **chaos**. In the networks of 20 layers that Learn measures the slices have one minimum, with
  skips and without. Whether they look convex depends on what is drawn: the colours here show the
  logarithm of the loss, which curves down where the loss itself does not.
- Width is not shape alone. An arm that ended at a higher loss has less room below the threshold.

[Learn](learn?chapter=claims) measures all three with three seeds.
""")


def render() -> None:
    """Draw the page for the session of this tab."""
    session = open_page()
    about_network(session)
    if not require_valid(session):
        return
    computation = SliceComputation(session, shared.pool(), "landscape")
    refreshed(_slice, computation)(computation)
    lazy_expander("known_of_slices", _("What is known of such slices"), _known)


def _known() -> None:
    st.markdown(_(KNOWN))


def _slice(computation: SliceComputation) -> None:
    computation.await_result()
    top = st.container()
    threshold = controls(computation)
    found = Shown.of(computation)
    with top:
        if found is None:
            headline([(_(QUESTION), None)], _(ANSWER))
        else:
            say(found, threshold)
    if found is not None:
        computation.status(found.doing, found.share, _(OUTDATED))
        draw(found, threshold)

"""The equations of the network at hand, typeset; long ones are folded away."""

import streamlit as st

from skipviz.export import equations
from skipviz.network import Network

SHORT = 14  # lines of a group that are shown without being asked for


def typeset(network: Network, titles: tuple[str, ...]) -> None:
    """The groups of equations with these titles, as far as the network has them."""
    for title, text in equations(network):
        if title in titles:
            with st.expander(title, expanded=text.count("\\\\\n") < SHORT):
                st.latex(text)

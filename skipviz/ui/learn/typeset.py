"""The equations of your network, typeset; long ones are folded away."""

import streamlit as st

from skipviz.export import equations
from skipviz.network import Network

SHORT = 14  # lines of a group that are shown without being asked for


def typeset(network: Network, titles: tuple[str, ...]) -> None:
    """The groups of equations with these titles, as far as the network has them."""
    for title, text in equations(network):
        if title in titles:
            short = title == titles[0] and text.count("\\\\\n") < SHORT
            with st.expander(f"Equations of your network: {title.lower()}", expanded=short):
                st.latex(text)

"""The Streamlit shell: components, panels and session state. Streamlit is imported only here."""

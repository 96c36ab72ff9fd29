"""The newest step of a running job, sent beside Streamlit's own websocket (decision 21).

It carries what moves and nothing else: curves, colours, thicknesses. The pages stay the truth, and
draw without it where it does not get through.
"""

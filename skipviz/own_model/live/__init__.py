"""A model that is followed while it runs in another process of the same machine (decision 24).

`Source` stands in the process of the model, `Reader` in that of the page. Between them goes JSON
over a socket of the loopback interface, both ends of which prove that they know a key.
"""

"""The app: run with `streamlit run app.py`.

The server imports this file, and finds `app` by reading it; Streamlit runs it for every visitor.
Worker processes import it too, as "__mp_main__": for them it holds nothing.
"""

if __name__ == "__main__":
    from skipviz.ui.shell.navigation import main

    main()
elif __name__ != "__mp_main__":
    from streamlit.starlette import App

    from skipviz.ui.serving import SERVED

    app = App(__file__, **SERVED)

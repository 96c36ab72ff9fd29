"""The app: run with `streamlit run app.py`.

Everything stays behind the guard, for worker processes import this file again.
"""

if __name__ == "__main__":
    from skipviz.ui.shell.navigation import main

    main()

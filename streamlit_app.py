"""The shell: the server, the set-up of the page and the navigation, nothing else."""

from pathlib import Path

import streamlit as st

if __name__ == "__main__":  # Streamlit runs the page of a visitor
    from core.ui.controls import permalink
    from core.ui.run_slots import RUN_SLOTS

    with RUN_SLOTS.one():
        st.set_page_config(
            page_title=permalink.browser_title(),
            page_icon=Path(__file__).parent / "assets" / "icon.png",
            layout="wide",
            initial_sidebar_state="auto",
        )
        # Short names, so that all have their place in a window of 1280 pixels.
        st.navigation(
            [
                st.Page("pages/home.py", title="Home", default=True),
                st.Page("pages/forward.py", title="Forward model"),
                st.Page("pages/classical_inversion.py", title="Classical"),
                st.Page("pages/proximal_methods.py", title="Proximal"),
                st.Page("pages/learned_methods.py", title="Learned"),
                st.Page("pages/uncertainty.py", title="Uncertainty"),
                st.Page("pages/compare.py", title="Compare"),
                st.Page("pages/autograd_bridge.py", title="Autograd"),
                st.Page("pages/volumes.py", title="Volumes"),
            ],
            position="top",
        ).run()
else:  # `streamlit run` starts the server
    from core.ui.health import routes
    from core.ui.server import lifespan, middleware

    app = st.App(__file__, routes=routes(), middleware=middleware(), lifespan=lifespan)

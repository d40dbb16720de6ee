"""The lab with a health endpoint, for containers and proxies; `docs/cluster.md` explains it.

python -m streamlit run deploy/server.py
"""

from pathlib import Path

import streamlit as st

from core.ui.health import lifespan, routes

app = st.App(
    Path(__file__).resolve().parents[1] / "streamlit_app.py", routes=routes(), lifespan=lifespan
)

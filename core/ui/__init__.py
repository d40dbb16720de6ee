"""What people see: figures, controls and the shell. Nothing below knows Streamlit and Plotly."""

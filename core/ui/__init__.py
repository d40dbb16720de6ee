"""What people see: figures, controls and the shell. Only this layer knows Streamlit and Plotly."""

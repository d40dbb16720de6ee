"""The scan in the sidebar, in links and as presets."""

"""The workbench: methods side by side, shared by every page that inverts the scan."""

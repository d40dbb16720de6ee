"""The steps of the preparation of measured data, as plain lines: one file for each way."""

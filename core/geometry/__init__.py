"""Where rays run: scanners, the angles of their views, and rays."""

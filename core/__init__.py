"""A laboratory for one inverse problem: `d = Gm + n`, scanned and inverted."""

"""Speed and memory against the lecture's own code and against the usual widgets."""

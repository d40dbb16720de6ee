"""One running job for each question, and the queue of jobs."""

"""One running job for each task, and the queue of jobs."""

"""From a question to its stored result: jobs, store, export and the command line."""

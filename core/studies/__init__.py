"""What can be computed: one module for each kind of question."""

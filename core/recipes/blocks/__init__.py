"""What several recipes have in common, each unit once."""

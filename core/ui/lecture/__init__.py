"""The lecture: scenes in files, their order, and how they are presented."""

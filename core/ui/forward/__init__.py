"""The parts of the page on the forward model, one step of the lesson in each file."""

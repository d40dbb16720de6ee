"""The inverse problem: images, the scan, the projector and the measures of a result."""

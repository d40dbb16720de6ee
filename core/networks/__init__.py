"""Networks that invert a scan: architectures, training data, training and weights. All PyTorch."""

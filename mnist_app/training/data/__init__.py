"""Training data: MNIST from several sources, pen digits, and the images of each epoch."""

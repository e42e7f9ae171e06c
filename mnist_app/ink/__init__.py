"""From what a person made to MNIST-style images. Uses numpy, OpenCV and Pillow only."""

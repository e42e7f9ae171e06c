"""Drawings, strokes and picture files to ink; the ink of one digit to an MNIST-style image.

Uses NumPy, OpenCV and Pillow only.
"""

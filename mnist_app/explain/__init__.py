"""What goes on inside a network while it reads a digit. LiteRT and NumPy, no TensorFlow."""

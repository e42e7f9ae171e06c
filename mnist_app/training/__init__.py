"""The training room: the only one that imports TensorFlow and Keras."""

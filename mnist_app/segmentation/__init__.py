"""Divides the ink of a number into digits: components, text lines, cut paths, decoder."""

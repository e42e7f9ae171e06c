"""The ink of a number to its digits: components, text lines, cut paths, decoder."""

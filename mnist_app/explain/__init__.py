"""Explains a prediction: feature maps, class activation maps and occlusion.

Uses LiteRT, NumPy and no TensorFlow.
"""

"""Painters of photographs: pen strokes to pictures as a phone takes them."""

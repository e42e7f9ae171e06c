"""The drawing canvas: the adapter of the component, its strokes, and the pad around it."""

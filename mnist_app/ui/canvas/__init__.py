"""The drawing canvas: the component's adapter, its strokes, and the controls around it."""

"""Games of a minute on the canvas of the page Draw: their rules, and how they are shown."""

"""The network that finds handwriting in pictures: its pictures, its training, its bundle."""

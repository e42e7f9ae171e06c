"""Images that show no digit: letters, doodles, groups of digits."""

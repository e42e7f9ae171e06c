"""Photographs and scans to ink: white on black, one channel."""

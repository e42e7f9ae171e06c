"""The real app, driven in a real Chromium as a person would: by mouse, finger and keyboard."""

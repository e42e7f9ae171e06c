"""The views of the page Class: its entrance, the pupil's and the teacher's."""

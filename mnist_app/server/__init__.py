"""The web server around the pages: who is answered, and how much one visitor may ask for."""

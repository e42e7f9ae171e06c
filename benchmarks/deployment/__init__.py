"""Several processes behind a proxy, measured: pupils that they answer, what a kill costs."""

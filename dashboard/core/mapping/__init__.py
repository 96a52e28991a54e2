"""Reading any city's table: what each column is, and what a row of it states. Pure."""

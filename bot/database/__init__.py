"""Everything that is kept: tables, and the questions asked of them."""

"""How does each kind of file, from a messenger's export to a published corpus, hold its talk? One kind a module."""

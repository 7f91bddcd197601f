"""Python source from statements: the syntax tree, names and literals, imports, formatting."""

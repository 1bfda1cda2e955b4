"""HSA, the national directory: its complete file, its single-unit services, its value syntaxes."""

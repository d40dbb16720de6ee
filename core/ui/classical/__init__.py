"""What the classical page says beside its workbench."""

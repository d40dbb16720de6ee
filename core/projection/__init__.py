"""How the projector is computed: exact weights, symmetry, compiled loops, and ASTRA behind them."""

"""What an operator does with keys while the installation runs: looks at them, rotates, moves and destroys them."""

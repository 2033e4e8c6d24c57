"""What is wrong with a design, as problems for the shopper: rules, text, size, artwork."""

"""Products, fonts, pictures, composed designs and specs."""

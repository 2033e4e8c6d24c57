"""From a shopper's string to placed glyph outlines: Unicode, bidi, fonts, shaping, lines, fit."""

"""Every feature of the layout engine as a picture, for the eye."""

"""The steps of composition, one file each: a scene in, a scene out."""

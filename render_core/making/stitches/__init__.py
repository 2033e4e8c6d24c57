"""Areas and lines to sew become stitches: satins, fills, running stitch."""

"""The photo studio of the samples: pictures of products, made by arithmetic alone."""

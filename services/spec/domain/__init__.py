"""The rules of products and specs: values in, values out."""

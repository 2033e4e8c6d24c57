"""The rules of packs, orders, work orders, machines and batches: values in, values out."""

"""The SQL of this service, one module per resource.

Functions take the brand's transaction; `read_…` take the database and make a single trip.
"""

from services.spec.store import assets, contents, display_copies, fonts, products, specs

__all__ = ["assets", "contents", "display_copies", "fonts", "products", "specs"]

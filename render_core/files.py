"""Designs and products kept in files, as the command line and the tests read them.

The format is described in examples/README.md. Every path in a file is relative to that file and
may not lead out of one folder tree, links included. Fonts and pictures go through `intake`, as
uploads do.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from render_core.artwork_rules import Crop
from render_core.design import (
    ArtworkValue,
    ColourValue,
    Design,
    Template,
    TextValue,
    ZoneSpec,
    ZoneValue,
)
from render_core.errors import MissingInput, RefusedFile
from render_core.intake import run as intake
from render_core.json_fields import Fields, known, wrong
from render_core.template_json import Names, Picture, ReadTemplate, read_template

MAX_DESIGN_FILE_BYTES: Final = 4 * 1024 * 1024
_FONTS_KEPT: Final = 32  # In memory, of those that passed.
_ROOT_MARK: Final = "package.json"  # Where fonts are installed: the folder above node_modules.


class FileLibrary:
    """Fonts and normalised pictures in memory, by SHA-256; the `Library` of a loaded design."""

    def __init__(self) -> None:
        self._held: dict[str, bytes] = {}

    def add(self, data: bytes) -> str:
        """Keep bytes and return their SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._held[sha256] = data
        return sha256

    def font(self, sha256: str) -> bytes:
        return self._held[sha256]

    def artwork(self, sha256: str) -> bytes:
        return self._held[sha256]

    def mesh(self, sha256: str) -> bytes:
        return self._held[sha256]


@dataclass(frozen=True, slots=True)
class LoadedProduct:
    """A product from a file.

    names: what fonts and assets were called in the file. price_cents: before surcharges.
    """

    brand: str
    product: str
    display_name: str
    description: str
    currency: str
    price_cents: int
    surcharge_cents: Mapping[str, int]
    choice_surcharge_cents: Mapping[tuple[str, str], int]
    template: Template
    default_artwork: Mapping[str, str]
    names: Names
    library: FileLibrary


@dataclass(frozen=True, slots=True)
class LoadedDesign:
    """A design from a file, ready for `compose(loaded.design, loaded.library)`."""

    design: Design
    library: FileLibrary
    product: LoadedProduct
    display_name: str


def load_product(path: Path, root: Path | None = None) -> LoadedProduct:
    """Read a product file. root: as for `load_design`."""
    folder = _Folder(path, root)
    return _product(Fields(folder.document(path), ""), folder.beside(path))


def load_design(path: Path, root: Path | None = None) -> LoadedDesign:
    """Read a design file with everything it names.

    root: the folder that no path may leave; by default the nearest folder above the file that
    holds a package.json, or the file's own folder.
    Raises MissingInput (FILE_NOT_FOUND), UnsupportedDesign (DESIGN_FILE_INVALID, with the field),
    RefusedFile (FILE_OUTSIDE_FOLDER, FILE_TOO_LARGE, or what intake found).
    """
    folder = _Folder(path, root)
    fields = Fields(folder.document(path), "")
    here = folder.beside(path)
    if fields.has("product"):
        product_path = here.inside(fields.text("product"), "product")
        product = _product(Fields(folder.document(product_path), ""), folder.beside(product_path))
    else:
        product = _product(fields.child("inline_product"), here)
    names = _with_files(fields.child("files"), here, product.names, product.library)
    values = {
        zone: ArtworkValue(names.assets[asset].sha256)
        for zone, asset in product.default_artwork.items()
    }
    design_values: dict[str, ZoneValue] = {**values, **_values(fields, product.template, names)}
    options = _options(fields, product.template)
    display_name = fields.text("display_name")
    fields.done()
    offered = product.template.offered(options)
    design = Design(template=offered, values=design_values, options=options)
    return LoadedDesign(design, product.library, product, display_name)


def _product(fields: Fields, here: _Folder) -> LoadedProduct:
    library = FileLibrary()
    names = _with_files(fields.child("files"), here, Names({}, {}), library)
    price = fields.child("price")
    read: ReadTemplate = read_template(fields.take("template"), names)
    product = LoadedProduct(
        brand=fields.text("brand"),
        product=fields.text("product"),
        display_name=fields.text("display_name"),
        description=fields.text("description"),
        currency=price.text("currency_code"),
        price_cents=price.integer("amount_cents"),
        surcharge_cents=read.surcharge_cents,
        choice_surcharge_cents=read.choice_surcharge_cents,
        template=read.template,
        default_artwork=read.default_artwork,
        names=names,
        library=library,
    )
    price.done()
    fields.done()
    return product


def _with_files(fields: Fields, here: _Folder, names: Names, library: FileLibrary) -> Names:
    """Load the files listed and return the names with theirs added."""
    fonts, assets = dict(names.fonts), dict(names.assets)
    for name, relative in fields.entries("fonts").items():
        data = here.read(relative, f"files.fonts.{name}")
        fonts[name] = library.add(_font(data))
    for name, relative in fields.entries("assets").items():
        data = here.read(relative, f"files.assets.{name}")
        header, body = intake.run(intake.ASSET, data)
        assets[name] = Picture(
            library.add(body), header.get("width_px", 0), header.get("height_px", 0)
        )
    fields.done()
    return Names(fonts, assets)


@lru_cache(maxsize=_FONTS_KEPT)
def _font(data: bytes) -> bytes:
    """Return a font as it is kept. Designs name the same few, and examining one takes a tenth of a second."""
    return intake.run(intake.FONT, data)[1]


def _values(fields: Fields, template: Template, names: Names) -> dict[str, ZoneValue]:
    zones = {zone.id: zone for zone in template.zones}
    values: dict[str, ZoneValue] = {}
    for identity, value in fields.entries("zones").items():
        path = f"zones.{identity}"
        if identity not in zones:
            raise wrong(path, f"the product has no such zone; it has {', '.join(zones)}")
        values[identity] = _value(Fields(value, path), zones[identity], names)
    return values


def _options(fields: Fields, template: Template) -> dict[str, str]:
    options = {option.id: option.choices for option in template.options}
    chosen = fields.entries("options")
    for identity, choice in chosen.items():
        if choice not in options.get(identity, ()):
            raise wrong(f"options.{identity}", "the product has no such option or choice")
    return chosen


def _value(fields: Fields, zone: ZoneSpec, names: Names) -> ZoneValue:
    wanted = "text" if zone.text or zone.code else "colour" if zone.colour else "artwork"
    if not fields.has(wanted):
        raise wrong(fields.path, f"this zone takes {wanted}")
    inner = fields.child(wanted)
    fields.done()
    value: ZoneValue
    if wanted == "colour":
        value = ColourValue(_ink(inner, zone))
    elif wanted == "text":
        font = inner.text("font")
        ink = _ink(inner, zone)
        sha256 = known(names.fonts, font, f"{inner.path}.font", "font") if font else ""
        value = TextValue(text=inner.text("text"), font=sha256, ink=ink)
    else:
        asset = inner.text("asset", None)
        picture: Picture = known(names.assets, asset, f"{inner.path}.asset", "asset")
        crop = _crop(inner.child("crop")) if inner.has("crop") else None
        value = ArtworkValue(picture.sha256, crop, inner.integer("rotation_centidegrees"))
    inner.done()
    return value


def _ink(fields: Fields, zone: ZoneSpec) -> int:
    ink = fields.integer("ink")
    if not 0 <= ink < len(zone.inks):
        raise wrong(f"{fields.path}.ink", f"0 to {len(zone.inks) - 1} is expected here")
    return ink


def _crop(fields: Fields) -> Crop:
    crop = Crop(*(fields.integer(side) for side in ("left", "top", "width", "height")))
    fields.done()
    return crop


class _Folder:
    """Where paths start, and the tree they stay in."""

    def __init__(self, path: Path, root: Path | None) -> None:
        self._start = path.resolve().parent
        self._root = root.resolve() if root else _default_root(self._start)

    def beside(self, path: Path) -> _Folder:
        """Return the folder of another file in the same tree."""
        return _Folder(path, self._root)

    def document(self, path: Path) -> Any:
        """Return the JSON in a file."""
        data = self._bytes(path, MAX_DESIGN_FILE_BYTES, "")
        try:
            return json.loads(data)
        except (ValueError, RecursionError) as error:
            raise wrong("", f"the file {path.name} is not JSON ({error})") from error

    def inside(self, relative: Any, field: str) -> Path:
        """Return a path named in a file; RefusedFile if it leaves the tree."""
        if not isinstance(relative, str) or not relative or "\0" in relative:
            raise wrong(field, "a relative path is expected here")
        path = (self._start / relative).resolve()
        if Path(relative).is_absolute() or not path.is_relative_to(self._root):
            raise RefusedFile(
                "FILE_OUTSIDE_FOLDER",
                f"{relative!r} leads out of the folder of this design. "
                "Put the file beside the design and name it by a relative path.",
                field=field,
            )
        return path

    def read(self, relative: Any, field: str) -> bytes:
        """Return the bytes of a file named in a file."""
        from render_core.intake.limits import MAX_FONT_BYTES, MAX_IMAGE_BYTES

        return self._bytes(
            self.inside(relative, field), max(MAX_FONT_BYTES, MAX_IMAGE_BYTES), field
        )

    def _bytes(self, path: Path, limit: int, field: str) -> bytes:
        try:
            if path.stat().st_size > limit:
                raise RefusedFile(
                    "FILE_TOO_LARGE",
                    f"{path.name} is larger than {limit // (1024 * 1024)} MiB. Make it smaller.",
                    field=field,
                )
            return path.read_bytes()
        except OSError as error:
            raise MissingInput(
                "FILE_NOT_FOUND",
                f"{path.name} cannot be read ({error.strerror}). Check the path; "
                "fonts are installed by `make setup`.",
                field=field,
            ) from error


def _default_root(start: Path) -> Path:
    return next(
        (folder for folder in (start, *start.parents) if (folder / _ROOT_MARK).is_file()), start
    )

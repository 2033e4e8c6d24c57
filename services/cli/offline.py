"""Commands that need no server: the render core on files."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from services.cli import files
from services.cli.console import answers, progress, working, write_plain
from services.cli.exits import CommandError, Exit
from services.cli.options import AsJson
from services.runtime.config import Settings

# Options that make a picture one of the 3D model.
_SIDE: Final = frozenset({"azimuth", "background", "camera", "elevation"})
_PICTURES = {"png": "png", "webp": "webp", "jpg": "jpeg", "jpeg": "jpeg", "avif": "avif"}
# What machines' software calls its files.
_MACHINE_FILES = {
    "dst": "dst",
    "pes": "pes",
    "plt": "hpgl",
    "hpgl": "hpgl",
    "nc": "gcode",
    "gcode": "gcode",
}

DesignFile = Annotated[Path, typer.Argument(metavar="DESIGN.json", help="See examples/README.md.")]


def register(app: typer.Typer) -> None:
    app.command()(compose)
    app.command()(render)


def compose(design: DesignFile, as_json: AsJson = False) -> None:
    """Tell what a design will be. The size of each text, and its problems."""
    composed, _ = _composed(design)
    problems = [_problem(problem) for problem in composed.problems]
    texts = [
        {
            "zone": zone.zone,
            "text": zone.text.text_as_made,
            "size_pt": zone.text.size_centipoint / 100,
            "lines": zone.text.lines,
        }
        for surface in composed.layout.surfaces
        for zone in surface.zones
        if zone.text is not None
    ]
    if as_json:
        record = {"layout_digest": composed.layout.digest(), "texts": texts, "problems": problems}
        write_plain(json.dumps(record, indent=2, ensure_ascii=False) + "\n")
    else:
        for text in texts:
            answers.print(
                f"{text['zone']}: {text['size_pt']:.2f} pt, {text['lines']} line(s): {text['text']}",
                markup=False,
            )
        answers.print(f"layout {composed.layout.digest()}", markup=False)
        _show(problems)
    if any(problem["severity"] == "error" for problem in problems):
        raise typer.Exit(Exit.FAILED_CHECK)


def render(
    design: DesignFile,
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT",
            help=".png .webp .jpg .avif .svg .dxf .pdf .zip .glb .usdz .mp4 .dst .pes .plt .nc",
        ),
    ],
    surface: Annotated[
        str, typer.Option(help="Surface of a drawing; the first if not given.")
    ] = "",
    view: Annotated[str, typer.Option(help="View of a preview; the first if not given.")] = "",
    width: Annotated[
        int | None, typer.Option(help="Width of a preview in pixels; 1024 if not given.")
    ] = None,
    dpi: Annotated[
        int | None,
        typer.Option(
            help="Print resolution; 300 if not given, in a pack the highest usual one that fits. Makes a picture flat."
        ),
    ] = None,
    azimuth: Annotated[
        int | None,
        typer.Option(
            help="Degrees by which the product is turned. Makes a picture of its 3D model."
        ),
    ] = None,
    elevation: Annotated[
        int | None, typer.Option(help="Degrees from which its 3D model is seen from above.")
    ] = None,
    camera: Annotated[
        str,
        typer.Option(help="Side of its 3D model, as the product names it; the first if not given."),
    ] = "",
    background: Annotated[
        str, typer.Option(help="What lies behind its 3D model: transparent or studio.")
    ] = "",
    frames: Annotated[
        int | None,
        typer.Option(help="Pictures of a whole turn of the 3D model, in a .webp that moves."),
    ] = None,
    proof: Annotated[
        str,
        typer.Option(
            help="Show it as it will be printed: press, paper (with the paper's tone), or gamut (what the press cannot make is marked)."
        ),
    ] = "",
    colour: Annotated[
        str,
        typer.Option(
            help="Colours of a .pdf or .tiff: rgb, or press for the inks of the product's output profile (PDF/X-4)."
        ),
    ] = "",
    machine: Annotated[
        str,
        typer.Option(
            help="Machine of the library, by its id, that an embroidery, a plot or G-code is for."
        ),
    ] = "",
) -> None:
    """Make one file of a design. By its ending: a preview, or what the workshop needs.

    .png, .webp, .jpg and .avif show the product; with --dpi or --surface a .png or .webp is flat, for
    printing, as a .tiff always is. .svg, .dxf and .pdf are drawings, .zip is the whole pack, as the services make it. Where
    the product has a model, .glb and .usdz are it in 3D, .mp4 is a film of it turning; --azimuth,
    --elevation, --camera, --background and --frames make pictures of it. .dst and .pes are stitches, .plt and
    .hpgl plots, .nc and .gcode G-code, each for a machine and what it does alone.
    """
    kind, parameters = _asked(
        out,
        {
            "surface": surface or None,
            "view": view or None,
            "width": width,
            "dpi": dpi,
            "azimuth": azimuth,
            "elevation": elevation,
            "camera": camera or None,
            "background": background or None,
            "frames": frames,
            "proof": proof or None,
            "colour": colour or None,
            "machine": machine or None,
        },
    )
    _require_folder(out)
    with working(f"Laying out {design.name}"):
        composed, loaded = _composed(design)
    problems = [_problem(problem) for problem in composed.problems]
    _show(problems)
    if any(problem["severity"] == "error" for problem in problems):
        raise CommandError("This design cannot be made; nothing was written.", Exit.BAD_INPUT)
    from render_core.errors import RenderError

    try:
        with working(f"Making {out.name}"):
            data = _made(kind, composed, loaded, parameters)
    except RenderError as error:
        raise CommandError(error.message, Exit.BAD_INPUT) from error
    files.write(out, data)
    progress.print(f"{out}: {len(data):,} bytes", markup=False)


def _made(kind: Any, composed: Any, loaded: Any, parameters: Mapping[str, Any]) -> bytes:
    """Return one output; a pack with its ticket and report, unsigned: keys belong to brands."""
    from render_core.export.pack import PackParts, build_pack
    from render_core.export.ticket_faces import ticket_faces
    from render_core.export.ticket_facts import TicketFacts
    from render_core.output_keys import OutputKind
    from render_core.outputs import render as make

    template, library = loaded.design.template, loaded.library
    if kind is OutputKind.PACK:
        digest, product = composed.layout.digest(), loaded.product.display_name
        facts = TicketFacts(
            digest[:12].upper(), link=digest, product=product, options=loaded.design.options
        )
        faces = ticket_faces(Settings.from_environment(os.environ).fonts)
        parts = PackParts(problems=composed.problems, ticket=(facts, faces))
        dpi = parameters.get("dpi", 0)
        return build_pack(composed.layout, template, library, job={}, dpi=dpi, parts=parts)
    parameters = _seen_from(template, kind, parameters)
    data: bytes = make(kind, composed.layout, template, library, parameters).data
    return data


def _asked(out: Path, given: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Return what to make, by the ending of the file's name and the options given."""
    from render_core.output_keys import OutputKind

    chosen = {name: value for name, value in given.items() if value is not None}
    ending = out.suffix.lower().lstrip(".")
    if ending == "mp4" or (ending == "webp" and "frames" in chosen):
        kind, takes = OutputKind.TURNTABLE, {"camera", "elevation", "frames", "width"}
        parameters = {**chosen, "format": ending}
    elif ending in _PICTURES:
        kind, takes = OutputKind.PREVIEW, {"proof", "view", "width"}
        if {"surface", "dpi"} & chosen.keys():
            kind, takes = OutputKind.FINAL, {"dpi", "proof", "surface"}
        elif _SIDE & chosen.keys():
            kind, takes = OutputKind.PREVIEW_3D, {*_SIDE, "proof", "width"}
        parameters = {**chosen, "format": _PICTURES[ending]}
    elif ending in ("tif", "tiff"):
        kind, takes = OutputKind.FINAL, {"colour", "dpi", "proof", "surface"}
        parameters = {**chosen, "format": "tiff"}
    elif ending in ("svg", "dxf", "pdf"):
        takes = {"colour", "surface"} if ending == "pdf" else {"surface"}
        kind, parameters = OutputKind(ending), chosen
    elif ending in _MACHINE_FILES:
        kind, takes, parameters = OutputKind(_MACHINE_FILES[ending]), {"machine", "surface"}, chosen
    elif ending == "zip":
        kind, takes, parameters = OutputKind.PACK, {"dpi"}, chosen
    elif ending in ("glb", "usdz"):
        kind, takes, parameters = OutputKind(ending), set(), chosen
    else:
        raise CommandError(
            f"{out.name}: name a file that ends in .png, .webp, .jpg, .avif, .tiff, .svg, .dxf, .pdf, .zip, .glb, .usdz, .mp4, .dst, .pes, .plt or .nc.",
            Exit.USAGE,
        )
    unused = sorted(chosen.keys() - takes)
    if unused:
        what = {
            OutputKind.FINAL: "a flat picture",
            OutputKind.PREVIEW_3D: "a picture of the model",
            OutputKind.TURNTABLE: "a turn of the model",
        }.get(kind, f"a .{ending}")
        raise CommandError(
            f"--{unused[0]} means nothing for {what}; leave it out. It takes "
            f"{' and '.join(f'--{name}' for name in sorted(takes)) or 'no option'}.",
            Exit.USAGE,
        )
    return kind, parameters


def _seen_from(template: Any, kind: Any, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return parameters with the angles of a camera of the model, where none are given."""
    from render_core.output_keys import DEFAULTS

    side = {name: value for name, value in parameters.items() if name != "camera"}
    cameras = template.models[0].cameras if template.models else ()
    wanted, known = parameters.get("camera", ""), {camera.id: camera for camera in cameras}
    if wanted and wanted not in known:
        raise CommandError(
            f"--camera {wanted}: the model has {', '.join(known) or 'no cameras'}.", Exit.USAGE
        )
    if not cameras:
        return side
    camera = known.get(wanted, cameras[0])
    angles = {
        "azimuth": camera.azimuth,
        "elevation": camera.elevation,
        "distance": camera.distance_percent,
    }
    return {**{name: angles[name] for name in angles.keys() & DEFAULTS[kind].keys()}, **side}


def _require_folder(out: Path) -> None:
    """Refuse a target that could not be written before it is worked for."""
    if not out.parent.is_dir():
        raise CommandError(
            f"{out} cannot be written: there is no folder {out.parent}.", Exit.CANNOT_WRITE
        )
    if out.is_dir():
        raise CommandError(f"{out} is a folder. Name a file in it.", Exit.CANNOT_WRITE)


def _composed(path: Path) -> tuple[Any, Any]:
    from render_core.compose import compose as lay_out
    from render_core.errors import MissingInput, RenderError
    from render_core.files import load_design

    try:
        loaded = load_design(path)
        return lay_out(loaded.design, loaded.library), loaded
    except MissingInput as error:
        raise CommandError(error.message, Exit.NO_INPUT) from error
    except RenderError as error:
        where = f"{path.name}, {error.field}" if error.field else path.name
        raise CommandError(f"{where}: {error.message}", Exit.BAD_INPUT) from error


def _problem(problem: Any) -> dict[str, Any]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "zone": problem.zone,
        "message": problem.message,
        "suggestion": problem.suggestion,
        "corrected": problem.corrected,
        "start_utf16": problem.start_utf16,
        "end_utf16": problem.end_utf16,
        "box_um": problem.box.document() if problem.box else None,
        "measured": problem.measured,
        "required": problem.required,
        "params": dict(problem.params),
    }


def _show(problems: list[dict[str, Any]]) -> None:
    for problem in problems:
        colour = "red" if problem["severity"] == "error" else "yellow"
        progress.print(f"[{colour}]{problem['severity']}[/] ", end="")
        progress.print(f"{problem['zone'] or 'design'}: {problem['message']}", markup=False)
        if problem["suggestion"]:
            progress.print(f"  {problem['suggestion']}", markup=False)
        progress.print(f"  {_place(problem)}", style="dim", markup=False)


def _place(problem: dict[str, Any]) -> str:
    """Return a problem's code and where it lies: "STROKE_TOO_THIN, character 13, at 20.4 × 5.4 mm"."""
    words = [str(problem["code"])]
    start, end = problem["start_utf16"], problem["end_utf16"]
    if end - start > 1:
        words.append(f"characters {start + 1} to {end}")
    elif end > start:
        words.append(f"character {end}")
    if problem["box_um"] is not None:
        left, top, right, bottom = (side / 1000 for side in problem["box_um"])
        words.append(f"at {(left + right) / 2:.1f} × {(top + bottom) / 2:.1f} mm of its zone")
    return ", ".join(words)

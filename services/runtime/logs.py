"""Log lines of one process: JSON for machines, or coloured text on a terminal.

Every line carries the time (UTC), the level, the process, and the call or job at work: correlation
id, trace id, caller, brand. What is named like a secret, or looks like one of ours, is left out, and of an
error is written what `error_texts` tells. Lines of libraries come out in the same form, and so does
an exception that nobody caught.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Final, TextIO

import orjson
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

from services.runtime import calls, error_texts, log_lines, tracing

REDACTED: Final = "(redacted)"
_NAMES: Final = re.compile(
    r"(?i)(authorization|api[-_]?key|secret|password|token|cookie|session|pepper|credential)"
)
# Keys of ours, JSON Web Tokens, passwords in URLs and bearer tokens, wherever they stand.
_VALUES: Final = re.compile(
    r"l(?:pk|sk|op)_[a-z2-7]{8,}"
    r"|eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*"
    r"|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
    r"|(?i:(?<=bearer ))[A-Za-z0-9._~+/=-]{8,}"
)

_log = structlog.get_logger(__name__)


def configure(process: str, level: str, form: str, stream: TextIO | None = None) -> None:
    """Set up logging for this process, on the standard output or `stream`.

    process: "server", "relay" … level, form: as in `Settings.log_level` and `log_format`.
    """
    out = stream or sys.stdout

    def name_process(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
        return {"process": process, **line}

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_process,
        _add_call,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(out)
    handler.addFilter(_tell_errors)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.ExceptionRenderer(error_texts.traced),
                redact,
                *_form(_is_console(form, out)),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    _lines.configure(process, root.handlers, is_json=not _is_console(form, out))
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").disabled = True  # the pipeline writes a line for every call
    logging.getLogger("pyvips").setLevel(logging.WARNING)  # else a line for every thread it uses
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)  # `tracing` says it, once
    logging.captureWarnings(capture=True)
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def call_line(
    logger: FilteringBoundLogger, name: str, fields: log_lines.Fields, *, event: str = "call"
) -> None:
    """Write the line of a call or request that ended, by the short way if there is one.

    logger: of that name, for the usual way.
    """
    short = _lines.short
    alone = len(_lines.handlers) == 1 and _root.handlers is _lines.handlers
    if short is None or not alone or structlog.contextvars.get_contextvars():
        logger.info(event, **fields)
    else:
        short.write(name, event, fields)


class _Lines:
    """The short way of the last configuration. It holds while its handler is the only one."""

    short: log_lines.CallLines | None = None
    handlers: Sequence[logging.Handler] = ()

    def configure(self, process: str, handlers: list[logging.Handler], *, is_json: bool) -> None:
        if self.short is not None:
            self.short.flush()
        self.short, self.handlers = None, handlers
        (handler,) = handlers
        if (
            is_json
            and _root.isEnabledFor(logging.INFO)
            and isinstance(handler, logging.StreamHandler)
        ):
            self.short = log_lines.CallLines(
                process,
                handler,
                is_suspect=_VALUES.search,
                redact=lambda line: dict(redact(None, "", line)),
                gathers=handler.stream in (sys.stdout, sys.stderr),
            )


_root: Final = logging.getLogger()
_lines: Final = _Lines()


def redact(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Put `REDACTED` in place of what is named like a secret or looks like one, at any depth."""
    return {key: _redacted(key, value) for key, value in line.items()}


def _redacted(name: str, value: Any) -> Any:
    if _NAMES.search(name):
        return REDACTED
    if isinstance(value, str):
        return _VALUES.sub(REDACTED, value)
    if isinstance(value, Mapping):
        return {key: _redacted(str(key), inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted("", inner) for inner in value]
    if isinstance(value, bytes):
        return f"({len(value)} bytes)"
    if isinstance(value, BaseException):
        return _VALUES.sub(REDACTED, error_texts.told(value))
    return value if isinstance(value, int | float | None) else _VALUES.sub(REDACTED, str(value))


def _tell_errors(record: logging.LogRecord) -> bool:
    """Put what may be told in place of errors that a library has in its line."""
    record.msg = _shown(record.msg)
    if isinstance(record.args, tuple):
        record.args = tuple(_shown(value) for value in record.args)
    elif record.args:
        record.args = {name: _shown(value) for name, value in record.args.items()}
    return True


def _shown(value: Any) -> Any:
    return error_texts.told(value) if isinstance(value, BaseException) else value


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    _log.critical("uncaught exception", exc_info=(kind, error, trace))


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    error = args.exc_value
    if error is not None and not isinstance(error, SystemExit):
        name = args.thread.name if args.thread else ""
        _log.critical(
            "uncaught exception in a thread",
            thread=name,
            exc_info=(args.exc_type, error, args.exc_traceback),
        )


def _add_call(_: WrappedLogger, __: str, line: EventDict) -> EventDict:
    """Add who calls, for which brand, under which correlation id, in which trace."""
    call = calls.current()
    if call is not None:
        line.setdefault("correlation_id", call.correlation_id)
        line.setdefault("caller", call.caller.subject)
        if call.brand:
            line.setdefault("brand", call.brand)
    trace_id, span_id = tracing.current_ids()
    if trace_id:
        line.setdefault("trace_id", trace_id)
        line.setdefault("span_id", span_id)
    return line


def _is_console(form: str, out: TextIO) -> bool:
    return form == "console" or (form == "auto" and out.isatty())


def _form(on_terminal: bool) -> Sequence[Processor]:
    if on_terminal:
        return [structlog.dev.ConsoleRenderer()]
    return [structlog.processors.JSONRenderer(_json)]


def _json(line: Any, **_: Any) -> str:
    return orjson.dumps(line, default=repr, option=orjson.OPT_SORT_KEYS).decode()

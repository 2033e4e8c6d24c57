"""What the render core refuses, as the errors that callers and queued work end with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from render_core.errors import MissingInput, RenderError
from services.runtime.errors import FailedPrecondition, ServiceError


class PinnedInputMissing(ServiceError):
    """A font or picture that a revision pins is not in the object store."""

    code = FailedPrecondition.code
    reason = "PINNED_INPUT_MISSING"
    message = "A font or picture of this design is missing in storage. Restore it from a backup."
    report = True


@contextmanager
def render_errors(besides: type[RenderError] | tuple[()] = ()) -> Iterator[None]:
    """Turn what the render core raises into errors of a service: trying again would not help.

    besides: what passes as it is, for a caller that can say more about it.
    """
    try:
        yield
    except besides:
        raise
    except MissingInput as error:
        raise PinnedInputMissing from error
    except RenderError as error:
        raise FailedPrecondition(error.message, reason=error.reason) from error

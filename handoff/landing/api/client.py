"""One CRM's REST API: its address, its token, and what it says when it refuses, in words of ours.

dlt's client asks: it waits as long as `Retry-After` says, tries again what broke off or failed on the other
side, and follows pages. What is left of errors after that is told here, each with its mend.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import requests

from handoff.config import Source
from handoff.landing.dlt_settings import quiet_dlt
from handoff.landing.results import LandingError
from handoff.landing.streams import NotAllowed

if TYPE_CHECKING:
    from dlt.sources.helpers.rest_client.auth import AuthConfigBase
    from dlt.sources.helpers.rest_client.client import RESTClient

BASE_URLS: Mapping[str, str] = {"hubspot": "https://api.hubapi.com"}
_ATTEMPTS = 8
# Seconds: doubled with each attempt, and no wait is longer than the last, whatever `Retry-After` says.
_FIRST_WAIT = 1.0
_LONGEST_WAIT = 600.0
_TIMEOUT = (15.0, 120.0)


@dataclass(frozen=True)
class Api:
    """The API of one source. client: dlt's, which adds the token and tries again."""

    source: Source
    base_url: str
    client: RESTClient
    auth: AuthConfigBase
    session: requests.Session

    @classmethod
    @contextmanager
    def of(cls, source: Source) -> Iterator[Api]:
        """The API that the sources file names, with what it refuses told in words.

        Raises:
            LandingError: a variable is not set, or the API cannot be used.
        """
        base_url = str(source.options.get("base_url") or BASE_URLS.get(source.crm, "")).rstrip("/")
        if not base_url:
            raise LandingError(
                f"{source.name}: kind api needs `base_url` for {source.crm}: the address of your org, such as"
                " https://acme.my.salesforce.com. Add it to `from`."
            )
        with quiet_dlt(), _in_words(source):
            from dlt.sources.helpers.requests.retry import Client
            from dlt.sources.helpers.rest_client.client import RESTClient

            session = Client(
                request_timeout=_TIMEOUT,
                raise_for_status=False,
                request_max_attempts=_ATTEMPTS,
                request_backoff_factor=_FIRST_WAIT,
                request_max_retry_delay=_LONGEST_WAIT,
                retry_condition=_is_broken_off,
            ).session
            auth = _auth(source, base_url, session)
            yield cls(source, base_url, RESTClient(base_url, auth=auth, session=session), auth, session)

    def get(self, path: str, **params: str | int) -> dict[str, Any]:
        """One JSON object of the API."""
        return self._object(self.client.get(path, params=params))

    def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """One JSON object of the API, asked for by another."""
        return self._object(self.client.post(path, json=dict(body)))

    def pages(self, path: str, **params: str | int) -> Iterator[dict[str, Any]]:
        """The results of a listing, page by page, as HubSpot pages them.

        Raises:
            requests.HTTPError: the API refuses it.
        """
        paging = {"type": "cursor", "cursor_path": "paging.next.after", "cursor_param": "after"}
        yield from self.resource(path, params, "results", paging)

    def resource(
        self,
        path: str,
        params: Mapping[str, str | int],
        selector: str,
        paginator: Any,  # noqa: ANN401
    ) -> Iterator[dict[str, Any]]:
        """The records of one endpoint, through dlt's rest_api.

        Raises:
            requests.HTTPError: the API refuses it.
        """
        from dlt.extract.exceptions import ResourceExtractionError
        from dlt.sources.rest_api import rest_api_resources

        (resource,) = rest_api_resources(
            {
                "client": {"base_url": self.base_url, "auth": self.auth, "session": self.session},
                "resources": [
                    {
                        "name": re.sub(r"\W+", "_", path),
                        "endpoint": {
                            "path": path,
                            "params": dict(params),
                            "data_selector": selector,
                            "paginator": paginator,
                        },
                    }
                ],
            }
        )
        try:
            yield from resource
        except ResourceExtractionError as error:
            cause: BaseException | None = error
            while cause and not isinstance(cause, requests.RequestException):
                cause = cause.__cause__ or cause.__context__
            raise cause or error from None

    def _object(self, response: requests.Response) -> dict[str, Any]:
        response.raise_for_status()
        found: dict[str, Any] = response.json()
        return found


def _auth(source: Source, base_url: str, session: requests.Session) -> AuthConfigBase:
    from dlt.sources.helpers.rest_client.auth import BearerTokenAuth, OAuth2ClientCredentials

    if source.options.get("token_env"):
        return BearerTokenAuth(token=_secret(source, "token_env"))
    return OAuth2ClientCredentials(
        access_token_url=f"{base_url}/services/oauth2/token",
        client_id=_secret(source, "client_id_env"),
        client_secret=_secret(source, "client_secret_env"),
        # An org may end sessions after 15 minutes, and does not say so.
        default_token_expiration=600,
        session=session,
    )


def _secret(source: Source, option: str) -> str:
    variable = str(source.options.get(option))
    value = os.environ.get(variable, "").strip()
    if not value:
        raise LandingError(f"{source.name}: the environment variable {variable} is not set. Set it.")
    return value


def _is_broken_off(response: requests.Response | None, error: BaseException | None) -> bool:
    """Whether an answer that says to be whole ends in the middle of its JSON."""
    if response is None or response.status_code != 200:
        return False
    try:
        response.json()
    except ValueError:
        return True
    return False


@contextmanager
def _in_words(source: Source) -> Iterator[None]:
    """Tell what an API refuses in words; what was landed before stays, and the next landing goes on.

    Raises:
        LandingError: in place of an error of the API or on the way to it.
    """
    try:
        yield
    except (requests.RequestException, ValueError) as error:
        raise LandingError(
            f"{source.name}: {source.place} {_reason(source, error)} What was landed before stays, and the"
            " next landing goes on where this one stopped.",
            may_pass=_may_pass(error),
        ) from None


def _may_pass(error: requests.RequestException | ValueError) -> bool:
    """Whether the API may answer in a while: it is out of reach, out of order, or asks to be left alone."""
    response = getattr(error, "response", None)
    return response is None or response.status_code == 429 or response.status_code >= 500


def _reason(source: Source, error: requests.RequestException | ValueError) -> str:
    response = getattr(error, "response", None)
    if response is None:
        # Among requests' errors this one is a ValueError too.
        if isinstance(error, ValueError):
            return "gave an answer that breaks off or is no JSON. Look at its status page and land again."
        return f"cannot be reached ({type(error).__name__}). Look at the network and at `base_url`."
    status, said = response.status_code, said_by(response)
    names = " and ".join(str(source.options[key]) for key in source.options if key.endswith("_env"))
    if (status in (400, 401) and "/oauth2/" in str(response.url)) or status == 401:
        return f"refuses the login ({said}): expired, revoked or of another org. Set {names} to a valid one."
    if status == 429 or "REQUEST_LIMIT_EXCEEDED" in said:
        return f"says that its rate limit is used up ({said}). Land later, or raise the limit."
    if status >= 500:
        return (
            f"failed {_ATTEMPTS} times in a row ({status}: {said}). Look at its status page and land again."
        )
    return f"refuses what it was asked ({status}: {said})."


def said_by(response: requests.Response) -> str:
    """What an API says of an error: HubSpot in an object, Salesforce in a list of them."""
    try:
        body = response.json()
    except ValueError:
        return response.reason or "no reason given"
    first = body[0] if isinstance(body, list) and body else body
    if not isinstance(first, dict):
        return response.reason or "no reason given"
    parts = [first.get("errorCode") or first.get("category") or first.get("error"), first.get("message")]
    return ": ".join(str(part) for part in parts if part)[:500] or response.reason


def status_of(error: requests.HTTPError) -> int | None:
    """The HTTP status that an error was made of."""
    return error.response.status_code if error.response is not None else None


@contextmanager
def allowed(what: str, mend: str) -> Iterator[None]:
    """A refusal of one part is told of that part: the others go on.

    Raises:
        NotAllowed: the token has no right to it, or the org does not have it.
    """
    try:
        yield
    except requests.HTTPError as error:
        said = said_by(error.response) if error.response is not None else ""
        is_refused = status_of(error) in (403, 404) and "REQUEST_LIMIT_EXCEEDED" not in said
        if is_refused or "INVALID_TYPE" in said:
            raise NotAllowed(f"the token has no right to {what} ({said}). {mend}") from None
        raise


def rows_of(records: Iterable[Mapping[str, Any]], columns: Sequence[str] = ()) -> pa.Table:
    """Records as Arrow, each value as text or JSON. columns: those that are there in any case."""
    held = list(records)
    names = dict.fromkeys([*columns, *(name for record in held for name in record)])
    return pa.table(
        {name: pa.array([_text(record.get(name)) for record in held], pa.string()) for name in names}
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def in_groups(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Items in lists of at most that size."""
    group: list[Any] = []
    for item in items:
        group.append(item)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group

"""A managed identity, as Azure App Service gives one: tokens for programs that have no key.

Source: https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
"""

from __future__ import annotations

from scaffold.endpoint.apis.call import Call, Operation
from scaffold.endpoint.http.access import new_token
from scaffold.endpoint.http.response import HttpResponse
from scaffold.endpoint.http.service_errors import ServiceError
from scaffold.endpoint.http.surfaces import IDENTITY

_LASTING = 24 * 60 * 60


def token(call: Call) -> HttpResponse:
    """Return a token for the service that `resource` names.

    Raises:
        ServiceError: it names none.
    """
    resource = call.query.get("resource", "")
    if not resource.strip():
        raise _no_resource()
    now = call.state.now()
    return HttpResponse(
        {
            "access_token": new_token(resource, now, _LASTING),
            "expires_on": str(now + _LASTING),
            "resource": resource,
            "token_type": "Bearer",
            "client_id": "00000000-0000-0000-0000-000000000000",
        }
    )


def _no_resource() -> ServiceError:
    """Say that a token was asked for, for nothing."""
    message = "The 'resource' query parameter is required."
    return ServiceError(400, {"statusCode": 400, "message": message})


OPERATIONS = (Operation("GET", "/token", token, (IDENTITY,)),)

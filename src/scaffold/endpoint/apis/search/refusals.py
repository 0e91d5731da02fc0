"""How Azure AI Search refuses."""

from __future__ import annotations

from scaffold.endpoint.http.invalid import Invalid
from scaffold.endpoint.http.service_errors import ServiceError, azure_refused


def no_index(name: str) -> ServiceError:
    """Say that there is no such index."""
    return azure_refused(404, "IndexNotFound", f"The index '{name}' was not found.")


def bad_request(message: str, code: str = "") -> ServiceError:
    """Say what is wrong with a request; the code names the reason where the service has one."""
    error = azure_refused(400, "InvalidRequestParameter", message)
    if code:
        error.body["error"]["details"] = [{"code": code, "message": message}]
    return error


def invalid_search(problem: Invalid) -> ServiceError:
    """Say that a search request does not fit, as Azure AI Search says it."""
    if problem.code == "unknown_parameter":
        message = (
            f"The request is invalid. Details: parameters : The property '{problem.path}' does not"
            " exist on type 'Microsoft.Azure.Search.SearchRequest'. Make sure to only use property"
            " names that are defined by the type."
        )
    elif problem.code == "missing_required_parameter":
        message = f"The request is invalid. Details: parameters : '{problem.path}' is required."
    else:
        where = problem.path or "body"
        message = (
            "The request is invalid. Details: parameters : Cannot read"
            f" '{where}': {problem.detail}."
        )
    return azure_refused(400, "InvalidRequestParameter", message)

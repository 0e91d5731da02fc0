"""Every refusal, in the words and the shape of the service that gives it.

The texts are those that the services send. Sources: https://platform.openai.com/docs/guides/error-codes,
https://learn.microsoft.com/azure/ai-foundry/openai/reference and
https://learn.microsoft.com/rest/api/searchservice/http-status-codes, and what their users report.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from scaffold.endpoint.http.invalid import Invalid

Family = Literal["openai", "azure", "search", "identity"]

_DEPRECATIONS = "https://platform.openai.com/docs/deprecations"
_NOT_JSON = (
    "We could not parse the JSON body of your request. (HINT: This likely means you aren't using"
    " your HTTP library correctly. The OpenAI API expects a JSON payload, but what was sent was not"
    " valid JSON.)"
)
_NO_DEPLOYMENT = (
    "The API deployment for this resource does not exist. If you created the deployment within the"
    " last 5 minutes, please wait a moment and try again."
)
_FILTERED = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management"
    " policy. Please modify your prompt and retry. To learn more about our content filtering"
    " policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766"
)


class ServiceError(Exception):
    """A refusal: what the client gets instead of a reply.

    Args:
        status: the HTTP status.
        body: the JSON body.
        headers: what the answer's headers say besides.
    """

    def __init__(
        self, status: int, body: dict[str, Any], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status}: {body}")
        self.status = status
        self.body = body
        self.headers = headers or {}


def refused(
    message: str,
    *,
    status: int = 400,
    kind: str = "invalid_request_error",
    param: str | None = None,
    code: str | None = None,
) -> ServiceError:
    """Return a refusal in OpenAI's shape, which Azure OpenAI passes on unchanged from the model.

    Args:
        message: what is wrong.
        status: the HTTP status.
        kind: the `type` of the error.
        param: the parameter that is wrong.
        code: the service's own code.
    """
    error = {"message": message, "type": kind, "param": param, "code": code}
    return ServiceError(status, {"error": error})


def azure_refused(status: int, code: str, message: str) -> ServiceError:
    """Return a refusal in the shape of Azure's gateway and of Azure AI Search.

    Args:
        status: the HTTP status.
        code: the service's own code.
        message: what is wrong.
    """
    return ServiceError(status, {"error": {"code": code, "message": message}})


def unknown_route(family: Family, method: str, path: str) -> ServiceError:
    """Say that the service has nothing at this address (or not in this api-version).

    Args:
        family: the service.
        method: the HTTP method.
        path: the path.
    """
    if family == "openai":
        return refused(f"Invalid URL ({method} {path})", status=404)
    return azure_refused(404, "404", "Resource not found")


def wrong_method(family: Family, method: str, path: str) -> ServiceError:
    """Say that there is something at this address, for another method.

    Args:
        family: the service.
        method: the HTTP method.
        path: the path.
    """
    if family == "openai":
        hint = "(HINT: Perhaps you meant to use a different HTTP method?)"
        message = f"Not allowed to {method} on {path}. {hint}"
        return refused(message, status=405, code="method_not_supported")
    return azure_refused(405, "405", "Method Not Allowed")


def search_version(version: str | None) -> ServiceError:
    """Say that Azure AI Search got no api-version, or one it does not know."""
    if not version:
        message = "The api-version query parameter (?api-version=) is required for all requests."
        return azure_refused(400, "MissingApiVersionParameter", message)
    message = f"The api-version '{version}' is not supported."
    return azure_refused(400, "InvalidApiVersionParameter", message)


def not_json(family: Family) -> ServiceError:
    """Say that the body is not JSON."""
    if family == "search":
        message = "The request is invalid. Details: parameters : The body is not valid JSON."
        return azure_refused(400, "InvalidRequestParameter", message)
    return refused(_NOT_JSON)


def not_json_type(family: Family, content_type: str) -> ServiceError:
    """Say that the body is declared to be something other than JSON."""
    message = f"Invalid Content-Type header ({content_type}), expected application/json."
    if family == "search":
        return azure_refused(415, "UnsupportedMediaType", message)
    return refused(message)


def too_large(family: Family, limit: int) -> ServiceError:
    """Say that the body is larger than the service reads."""
    message = f"Maximum content size limit ({limit}) exceeded."
    if family == "openai":
        return refused(message, status=413, kind="server_error")
    return azure_refused(413, "RequestEntityTooLarge", message)


def broken(family: Family) -> ServiceError:
    """Say that the endpoint itself failed; the log says why."""
    message = "The server had an error while processing your request. Sorry about that!"
    if family == "openai":
        return refused(message, status=500, kind="server_error")
    return azure_refused(500, "InternalServerError", message)


def mistake(asked_for: str, error: Exception) -> str:
    """Return where the endpoint itself failed, in one line, so that it can be reported."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    at = f"{Path(frame.filename).name}:{frame.lineno}, in {frame.name}"
    return f"{asked_for} is a 500, a mistake of the endpoint's own: {error!r} at {at}"


def no_beta_header() -> ServiceError:
    """Say that the Assistants API was asked without its header."""
    message = (
        "You must provide the 'OpenAI-Beta' header to access the Assistants API. Please try again"
        " by setting the header 'OpenAI-Beta: assistants=v2'."
    )
    return refused(message, code="invalid_beta")


def unknown_model(family: Family, model: str) -> ServiceError:
    """Say that there is no such model; on Azure, no such deployment."""
    if family == "azure":
        return azure_refused(404, "DeploymentNotFound", _NO_DEPLOYMENT)
    message = f"The model `{model}` does not exist or you do not have access to it."
    return refused(message, status=404, code="model_not_found")


def retired_model(model: str) -> ServiceError:
    """Say that there was such a model once."""
    message = f"The model `{model}` has been deprecated, learn more here: {_DEPRECATIONS}"
    return refused(message, status=404, code="model_not_found")


def only_responses() -> ServiceError:
    """Say that chat completions were asked of a model that only Responses serves."""
    message = "This model is only supported in v1/responses and not in v1/chat/completions."
    return refused(message, status=404, param="model")


def wrong_model(family: Family, model: str, operation: str) -> ServiceError:
    """Say that the model exists and does something else than was asked.

    Args:
        family: whose words to use.
        model: the model's name.
        operation: what was asked: `chatCompletion`, `responses`, `completion` or `embeddings`.
    """
    if family == "azure":
        message = (
            f"The {operation} operation does not work with the specified model, {model}. Please"
            " choose different model and try again. You can learn more about which models can be"
            " used with each operation here: https://go.microsoft.com/fwlink/?linkid=2197993."
        )
        return azure_refused(400, "OperationNotSupported", message)
    if operation == "embeddings":
        message = "You are not allowed to generate embeddings from this model"
        return refused(message, status=403)
    if operation == "completion":
        message = (
            "This is a chat model and not supported in the v1/completions endpoint. Did you mean to"
            " use v1/chat/completions?"
        )
        return refused(message, status=404, param="model")
    message = "This is not a chat model and thus not supported in the v1/chat/completions endpoint."
    return refused(message, status=404, param="model")


def content_filtered() -> ServiceError:
    """Say that Azure's filter refused the prompt.

    Source: https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
    """
    error = refused(_FILTERED, kind="", param="prompt", code="content_filter")
    safe = {"filtered": False, "severity": "safe"}
    result = {
        "hate": safe,
        "jailbreak": {"filtered": False, "detected": False},
        "self_harm": safe,
        "sexual": safe,
        "violence": {"filtered": True, "severity": "medium"},
    }
    inner = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": result}
    error.body["error"] |= {"type": None, "status": 400, "innererror": inner}
    return error


def not_found(kind: str, identifier: str) -> ServiceError:
    """Say that there is no stored object of this kind with this id."""
    return refused(f"No {kind} found with id '{identifier}'.", status=404)


def no_file(identifier: str) -> ServiceError:
    """Say that there is no such file."""
    return refused(f"No such File object: {identifier}", status=404, param="id")


def unsupported(name: str, advice: str) -> ServiceError:
    """Say that the parameter exists, for other models; `advice` says what to use."""
    message = f"Unsupported parameter: '{name}' is not supported with this model. {advice}"
    return refused(message.rstrip(), param=name, code="unsupported_parameter")


def invalid(problem: Invalid, *, chat: bool = False) -> ServiceError:
    """Say that a body does not fit, as OpenAI says it.

    Args:
        problem: what does not fit.
        chat: whether an unknown field at the top is said in the old words of chat completions.
    """
    code, path, detail = problem.code, problem.path, problem.detail
    if code == "unknown_parameter":
        if chat and "." not in path:
            return refused(f"Unrecognized request argument supplied: {path}")
        message = f"Unknown parameter: '{path}'."
    elif code == "missing_required_parameter":
        message = f"Missing required parameter: '{path}'."
    elif code == "invalid_type":
        message = f"Invalid type for '{path}': {detail}." if path else f"Invalid body: {detail}."
    elif code == "invalid_value":
        message = f"Invalid value: {detail}."
    elif code == "wrong_pattern":
        code, message = "invalid_value", f"Invalid '{path}': {detail}."
    else:
        message = f"Invalid '{path}': {detail}."
    return refused(message, param=path or None, code=code)


def not_listed(message: str) -> dict[str, Any]:
    """Return the error of an MCP server that does not tell its tools, as it stands in a body.

    Source: as users report it: https://github.com/microsoft/agent-framework/issues/1210
    """
    return {
        "message": message,
        "type": "external_connector_error",
        "param": "tools",
        "code": "http_error",
    }


def no_value_fits(where: str) -> ServiceError:
    """Say that no value fits a schema: nothing could be generated for it."""
    message = f"Invalid schema for {where}: the schema contradicts itself, no value fits it."
    return refused(message, code="invalid_json_schema")

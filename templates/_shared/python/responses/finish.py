        # Say so when the answer is not all of it.
        if response is None:
            raise ConnectionError("the connection ended before the answer did")
        if response.status == "incomplete":
            callback("\nERROR: The answer was cut short!")
        elif response.status != "completed":
            error = response.error.message if response.error else ""
            raise RuntimeError(error or f"the response ended as {response.status}")

        # Say so when the answer is not all of it.
        if finish_reason is None:
            raise ConnectionError("the connection ended before the answer did")
        if finish_reason == "length":
            {{ callback | default('callback') }}("\nERROR: Exceeded token limit!")
        if finish_reason == "content_filter":
            {{ callback | default('callback') }}("\nWARNING: Content filtered!")

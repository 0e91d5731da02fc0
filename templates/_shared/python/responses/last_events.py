            elif (
                event.type == "response.completed"
                or event.type == "response.incomplete"
                or event.type == "response.failed"
            ):
                response = event.response
            elif event.type == "error":
                raise RuntimeError(event.message)

        # Say so when the answer is not all of it.
        run = handler.current_run
        if run and run.status == "incomplete":
            callback("\nERROR: The answer was cut short!")
        elif not run or run.status != "completed":
            error = run.last_error.message if run and run.last_error else ""
            raise RuntimeError(error or "the connection ended before the answer did")

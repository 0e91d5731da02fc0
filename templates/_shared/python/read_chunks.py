        # Pass each piece on as it comes. A chunk may have no choices (Azure's first one
        # tells what its content filter found), and a delta may have no content.
        answer = ""
        finish_reason = None
        {{ Async | default('') }}for chunk in chunks:
            for choice in chunk.choices:
                if choice.delta.content:
                    answer += choice.delta.content
                    {{ callback | default('callback') }}(choice.delta.content)
                finish_reason = choice.finish_reason or finish_reason

{% include "_shared/python/finish_reason.py" %}

{% include "_shared/python/azure/chat_arguments.py" %}

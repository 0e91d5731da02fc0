{% include "_shared/python/azure-entra/chat_arguments.py" %}

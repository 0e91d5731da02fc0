{% include "_shared/python/azure-entra/chat_parameters.py" %}

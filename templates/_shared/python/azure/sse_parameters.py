{% include "_shared/python/azure/chat_parameters.py" %}

{% include "_shared/python/azure/embedding_arguments.py" %}

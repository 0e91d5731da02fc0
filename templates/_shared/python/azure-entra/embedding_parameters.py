{% include "_shared/python/azure/embedding_parameters.py" %}

{% include "_shared/python/azure/embedding_endpoint.py" %}

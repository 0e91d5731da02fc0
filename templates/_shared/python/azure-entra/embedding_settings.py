{% include "_shared/python/azure/embedding_settings.py" %}
